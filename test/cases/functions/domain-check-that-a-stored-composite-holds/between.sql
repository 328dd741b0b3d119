create domain small as int check (f(value) < 100) default f(1);
create domain tiny as small;
create type pair as (x small, y small); alter table t add column b pair;
insert into t values (1);
