alter table t drop constraint t_pkey, add primary key (id, a);
