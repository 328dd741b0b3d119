create materialized view m as select id from v;
create index m_id on m (id);
