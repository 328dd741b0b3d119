create function touch() returns trigger language plpgsql as $$ begin new.a := 2; return new; end $$;
