select relname::text, relowner::regrole::text, relacl::text from pg_class where relname in ('base', 'middle', 'top') order by 1;
select a::text from top
