create function f() returns bigint language plpgsql as $$ begin return (select count(*) from a); end $$;
