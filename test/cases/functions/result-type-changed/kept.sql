select oid::int from pg_class where relname = 'filters';
select oid::int from pg_policy;
select oid::int from pg_proc where proname = 'total';
select oid::int from pg_rewrite where rulename = 'watched'
