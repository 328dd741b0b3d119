select oid::int, pg_get_viewdef(oid) from pg_class where relname = 'stranger'
