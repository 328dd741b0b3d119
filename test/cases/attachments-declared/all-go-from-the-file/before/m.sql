create materialized view m as select id, b from t;
create unique index m_id on m (id);
create statistics m_stat on id, b from m;
comment on materialized view m is 'm';
