create materialized view m as select id, a from t;
create unique index m_id on m (id);
create index m_expression on m ((m.a + 1)) where m.a > 0;
