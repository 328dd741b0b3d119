create cast (amount as int) with function cents(amount);
comment on cast (amount as int) is 'in cents';
create view v as select a::int as i from t;
create materialized view m as select a::int as i from t;
create function of_all() returns bigint language sql begin atomic select sum(a::int) from t; end;
create index i on t ((a::int));
alter table t add check (a::int > 0);
