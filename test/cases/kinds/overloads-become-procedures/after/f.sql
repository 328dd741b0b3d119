create procedure f(a int) language sql as $$ select 1 $$;
create procedure f(a text) language sql as $$ select 1 $$;
grant execute on procedure f(text) to alice;
create function g() returns void language plpgsql as $$ begin call f(1); end $$;
