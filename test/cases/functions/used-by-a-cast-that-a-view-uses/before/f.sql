create function cents(x amount) returns int language sql immutable as $$ select x.cents $$;
