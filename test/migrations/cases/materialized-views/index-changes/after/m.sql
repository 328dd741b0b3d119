create materialized view m as
select id, a from t;

create index m_a on m (a desc);
create index m_id on m (id);
