create view base as select id, a from t;
create materialized view m as select id from t;
create function f(x int) returns bigint language sql as 'select x::bigint';
