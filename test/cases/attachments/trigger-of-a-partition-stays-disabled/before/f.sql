create function tr() returns trigger language plpgsql as $$ begin return new; end $$;
