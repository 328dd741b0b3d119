create materialized view store.m as select id, gone, a, b from public.t;
