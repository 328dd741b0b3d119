create materialized view m as select id, a from v;
create unique index m_id on m (id);
