create function "f.g"() returns trigger language plpgsql as $$ begin return null; end $$;
