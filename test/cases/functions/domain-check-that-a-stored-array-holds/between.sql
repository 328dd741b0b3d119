create domain small as int check (f(value) < 100) default f(1);
create domain tiny as small;
alter table t add column b tiny[];
insert into t values (1);
