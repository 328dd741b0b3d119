create view base as select id, gone, a from t;
create function allowed(x int) returns boolean language sql stable as 'select x > 0';
