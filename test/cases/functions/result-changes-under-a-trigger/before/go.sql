create function go() returns trigger language plpgsql as $$ begin return new; end $$;
