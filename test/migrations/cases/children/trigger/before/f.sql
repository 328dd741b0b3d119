create function touch() returns trigger language plpgsql as $$ begin new.a := 1; return new; end $$;
