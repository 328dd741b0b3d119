create function z_default() returns int language sql as $$ select 5 $$;
