select oid::int, xmin::text from pg_trigger where tgname = 'fires'
