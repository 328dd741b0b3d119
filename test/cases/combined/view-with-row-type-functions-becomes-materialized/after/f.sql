create function fa(aa) returns int language sql as $$ select $1.a $$;
create function fs() returns setof aa language sql stable as $$ select * from aa $$;
