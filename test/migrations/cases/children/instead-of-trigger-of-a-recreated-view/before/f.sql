create function store() returns trigger language plpgsql as $$ begin update t set a = new.a; return new; end $$;
