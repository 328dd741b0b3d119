create function z_double(n int) returns int language plpgsql immutable as $$ begin return n * 2; end $$;
