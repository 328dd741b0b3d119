create function f(x text) returns text language sql immutable as $$ select 'new text' $$;
create function f(x bigint) returns text language sql immutable as $$ select 'bigint' $$;
create function f(x numeric) returns text language sql immutable as $$ select 'numeric' $$;
