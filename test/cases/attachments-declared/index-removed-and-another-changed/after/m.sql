create materialized view m as select id, a, b from t;
create index m_b on m (b desc);
create index m_id on m (id);
