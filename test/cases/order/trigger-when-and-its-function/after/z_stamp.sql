create function z_stamp() returns trigger language plpgsql as $$ begin new.b := 'big'; return new; end $$;
