create view base as select id, gone, a from t;
create function is_big(x int) returns boolean language sql immutable as 'select x > 100';
