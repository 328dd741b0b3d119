create view v as select id, a from t;
comment on column v.a is 'stays';
grant select on v to alice;
create materialized view m as select id, a from t;
create index m_id on m (id);
