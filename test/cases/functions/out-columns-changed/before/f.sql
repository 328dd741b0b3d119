create function f(x int, out id int, out a int) returns setof record language sql stable as 'select id, a from t where id = x';
create function g() returns table (id int, a int) language sql stable as 'select id, a from t';
