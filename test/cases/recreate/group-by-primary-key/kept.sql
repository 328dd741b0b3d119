select oid::int from pg_constraint where conname = 't_pkey'
