create materialized view m as select id, a from t where a in (1, 2);
create unique index m_id on m (id);
