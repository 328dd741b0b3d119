create schema other;
create view other.above as select a from v;
create materialized view other.m as select sum(a) as total from other.above;
create materialized view other.of_function as select f() as total;
create materialized view other.empty as select a from v with no data;
create materialized view other.unrelated as select a from t;
