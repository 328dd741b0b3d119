create materialized view m as select id, a::bigint as a, 1 as one from v;
create unique index m_id on m (id);
