create materialized view m as select id, a as amount from t;
create index m_a on m (amount);
