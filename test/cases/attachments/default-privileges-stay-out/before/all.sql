create view base as select id, gone, a from t;
create materialized view m as select id, gone from t;
create function f(x int) returns int language sql as 'select x';
