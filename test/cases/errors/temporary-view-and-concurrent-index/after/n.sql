create materialized view if not exists n as select id from t;
create index if not exists n_id on n (id);
