select oid::int from pg_class where relname in ('reader', 'on_reader') order by 1;
select oid::int from pg_proc where proname in ('calls', 'calls_late') order by 1;
select * from reader
