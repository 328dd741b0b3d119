select relname::text, (select array_agg(a::text order by a::text) from unnest(coalesce(relacl, acldefault('r', relowner))) x(a))::text as acl from pg_class where relname in ('base', 'm') order by 1;
select (select array_agg(a::text order by a::text) from unnest(coalesce(proacl, acldefault('f', proowner))) x(a))::text as acl from pg_proc where proname = 'f'
