create materialized view m as select id, a from t;
create unique index m_id on m (id);
comment on materialized view m is 'facts';
grant select on m to alice;
