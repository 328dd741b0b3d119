create materialized view m as select id, b from t;
create unique index m_id on m (id);
comment on index m_id is 'index';
