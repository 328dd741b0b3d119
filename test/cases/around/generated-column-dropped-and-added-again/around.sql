alter table r drop constraint r_g_fkey;
alter table t drop column g;
alter table t alter column a type bigint;
alter table t add column g int generated always as (a * 2) stored not null;
alter table t add constraint positive check (g > 0);
alter table t add constraint once unique (g);
alter table r add constraint r_g_fkey foreign key (g) references t (g);
