create function f(int) returns text language sql as $$ select 'x' $$;
