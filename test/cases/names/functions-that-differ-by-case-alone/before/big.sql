create function "F"() returns int language sql as $$ select f() + 1 $$;
