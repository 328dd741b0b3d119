create function f(x numeric) returns text language sql immutable as $$ select 'numeric' $$;
