create function f(x int, out id int, out b text, out a int) returns setof record language sql stable as $$ select id, 'x', a from t where id = x $$;
create function g() returns table (id int, a bigint) language sql stable as 'select id, a::bigint from t';
