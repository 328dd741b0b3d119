create materialized view m as select id, a from t;
create index mi on m (f(a));
