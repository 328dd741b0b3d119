create function b_count() returns bigint language plpgsql as $$ begin return (select count(*) from c_base); end $$;
