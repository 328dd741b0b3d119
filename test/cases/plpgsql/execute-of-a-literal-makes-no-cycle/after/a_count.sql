create function a_count() returns bigint language plpgsql as $$ declare n bigint; begin execute 'select count(*) from z_view' into n; return n; end $$;
