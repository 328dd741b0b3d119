create table t (id int primary key, a int);
insert into t values (1, 10), (2, 20);
alter table t add column g int generated always as (a * 2) stored not null;
alter table t add constraint positive check (g > 0);
alter table t add constraint once unique (g);
create table r (g int references t (g));
insert into r values (20);
