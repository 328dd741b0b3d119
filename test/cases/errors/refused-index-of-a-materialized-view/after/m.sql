create materialized view m as select id from t;
create index m_x on m (id, nowhere);
