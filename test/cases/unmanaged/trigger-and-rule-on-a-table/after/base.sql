create view base as select id, a from t;
create function is_big(value int) returns boolean language sql immutable as 'select value > 100';
