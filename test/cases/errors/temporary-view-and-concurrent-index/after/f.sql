create function pg_temp.f() returns int language sql as $$ select 1 $$;
