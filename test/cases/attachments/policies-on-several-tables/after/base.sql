create view base as select id, a from t;
create function allowed(id int) returns boolean language sql stable as 'select id > 0';
