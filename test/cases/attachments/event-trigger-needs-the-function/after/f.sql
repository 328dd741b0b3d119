create function watch() returns int language sql as $$ select 1 $$;
