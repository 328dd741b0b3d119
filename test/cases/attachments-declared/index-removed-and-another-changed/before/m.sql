create materialized view m as select id, a, b from t;
create index m_a on m (a);
create index m_b on m (b);
create index m_id on m (id);
