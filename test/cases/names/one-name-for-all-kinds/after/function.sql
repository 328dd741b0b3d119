create function same() returns trigger language plpgsql as $$ begin return new; end $$;
