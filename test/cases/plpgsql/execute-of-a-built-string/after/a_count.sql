create function a_count(what text) returns bigint language plpgsql as $$ declare n bigint; begin execute 'select count(*) from ' || quote_ident(what) into n; return n; end $$;
