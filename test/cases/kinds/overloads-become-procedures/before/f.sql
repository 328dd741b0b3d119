create function f(a int) returns void language sql as $$ select 1 $$;
create function f(a text) returns void language sql as $$ select 1 $$;
grant execute on function f(text) to alice;
create function g() returns void language plpgsql as $$ begin perform f(1); end $$;
