create function read_view(n int) returns int language plpgsql as $$ declare r circle%rowtype; begin return n; end $$;
