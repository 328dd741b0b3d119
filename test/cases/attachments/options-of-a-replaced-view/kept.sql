select relname::text, (select array_agg(o order by o) from unnest(reloptions) o)::text as options from pg_class where relname in ('guarded', 'altered') order by 1
