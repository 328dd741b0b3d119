create materialized view m as select id, amount as a from base;
create index m_a on m (a);
