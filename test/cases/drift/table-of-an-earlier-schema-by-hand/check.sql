select 'b.reader'::regclass::text as v, pg_get_viewdef('b.reader') as d;
select pg_get_viewdef('b.qualified') as d;
select pg_get_viewdef('b.other') as d;
select prorettype::regtype::text as t from pg_proc where proname = 'f';
