create materialized view m as select id from t;
create index concurrently m_id on m (id);
