create materialized view m as select id, a as amount from t where b > 3;
create unique index m_id on m (id);
create index m_a on m (amount) where amount > 3;
