create type amount as (cents int);
create table t(a amount);
insert into t values (row(1));
