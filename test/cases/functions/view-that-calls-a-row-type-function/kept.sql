select oid::int, xmin::text from pg_class where relname in ('on_computed') order by 1;
select * from on_computed;
select a from from_function;
select takes from dotted;
select counts()
