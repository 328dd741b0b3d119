create function z_key(x text) returns text language sql immutable as $$ select lower(x) $$;
