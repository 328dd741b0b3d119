alter table t add column g int generated always as (f(a)) stored;
create view over_g as select g from t;
create index on_g on t (g);
analyze t;
