select oid::int, evtenabled from pg_event_trigger;
select oid::int from pg_proc where proname = 'watch'
