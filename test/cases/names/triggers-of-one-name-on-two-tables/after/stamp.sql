create function stamp() returns trigger language plpgsql as $$ begin return new; end $$;
