create procedure f(int) language sql as $$ select 2 $$;
