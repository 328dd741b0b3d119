create materialized view store.m with (fillfactor = 70, autovacuum_enabled = off) as select id, gone, a, b from public.t;
