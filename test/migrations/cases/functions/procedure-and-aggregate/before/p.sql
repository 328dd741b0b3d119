create procedure p(x int) language plpgsql as $$ begin update t set a = x; end $$;

grant execute on procedure p(int) to alice;
