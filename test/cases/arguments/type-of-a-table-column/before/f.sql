create function f(x t.id%type, y public.t.name%type) returns t.id%type language sql as $$ select x $$;
