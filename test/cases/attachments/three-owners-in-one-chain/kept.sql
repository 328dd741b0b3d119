select relname::text, relowner::regrole::text, relacl::text from pg_class where relname in ('base', 'middle', 'top') order by 1;
select proowner::regrole::text, proacl::text from pg_proc where proname = 'read_top';
select read_top()
