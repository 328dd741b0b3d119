alter table u drop constraint u_pkey cascade; alter table u add primary key (id);
