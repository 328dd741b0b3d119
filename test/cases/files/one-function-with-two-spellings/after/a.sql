create function f(int, timestamptz) returns int language sql as $$ select 1 $$;
