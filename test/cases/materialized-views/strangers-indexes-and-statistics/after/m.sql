create materialized view store.m as select id, a, b from public.t;
