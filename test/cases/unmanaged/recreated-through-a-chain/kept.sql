select relname::text, relowner::regrole::text, relacl::text, relispopulated from pg_class where relnamespace = 'analytics'::regnamespace order by 1;
select pg_get_indexdef('analytics.m_a'::regclass);
select oid::int from pg_class where relname = 'casts';
select a::text from analytics.m
