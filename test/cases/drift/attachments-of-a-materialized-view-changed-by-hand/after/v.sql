create materialized view m as select id, a from t;
create index m_a on m ((a + 1));
comment on index m_a is 'by a';
alter index m_a alter column 1 set statistics 10;
create statistics m_s on id, a from m;
comment on statistics m_s is 's';
