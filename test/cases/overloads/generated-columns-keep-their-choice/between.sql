insert into t (id, a, g) values (1, 2, 3);
alter table t add column c numeric generated always as (f(a)) stored;
create view strangers as select c from t;
