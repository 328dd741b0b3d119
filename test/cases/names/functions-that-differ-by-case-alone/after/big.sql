create function "F"() returns bigint language sql as $$ select f()::bigint + 1 $$;
