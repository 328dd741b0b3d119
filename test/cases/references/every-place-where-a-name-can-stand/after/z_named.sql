create function z_named(a int, b text) returns int language sql as $$ select a $$;
