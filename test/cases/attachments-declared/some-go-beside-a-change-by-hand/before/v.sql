create view v with (security_barrier) as select id, a from t;
comment on view v is 'goes';
comment on column v.a is 'stays';
grant select on v to alice;
grant insert on v to bob;
create materialized view m as select id, a from t;
create index m_a on m (a);
create index m_id on m (id);
