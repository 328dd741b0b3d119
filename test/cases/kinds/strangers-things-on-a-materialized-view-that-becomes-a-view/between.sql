create index m_a on m (a);
create statistics "S" on id, a from m;
alter materialized view m depends on extension plpgsql;
