select relname::text, (select array_agg(o order by o) from unnest(reloptions) o)::text as options from pg_class where relname in ('recreated', 'replaced', 'rebound') order by 1
