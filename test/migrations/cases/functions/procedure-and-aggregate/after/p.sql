create procedure p(x int, y int) language plpgsql as $$ begin update t set a = x + y; end $$;

grant execute on procedure p(int, int) to alice;
