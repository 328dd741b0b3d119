create function f(variadic x int[]) returns text language sql immutable as $$ select 'variadic' $$;
