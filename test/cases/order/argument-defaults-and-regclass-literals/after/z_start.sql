create function z_start() returns int language sql as $$ select 1 $$;
