create materialized view m as select id, a from t where b > 2;
create unique index m_id on m (id);
create index m_a on m (a) where a > 3;
