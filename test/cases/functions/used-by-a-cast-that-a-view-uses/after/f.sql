create function cents(y amount) returns int language sql immutable as $$ select y.cents $$;
