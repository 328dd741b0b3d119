alter table t drop constraint t_pkey cascade;
drop sequence q cascade;
