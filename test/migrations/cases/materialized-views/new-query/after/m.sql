create materialized view m as
select id, a from t where a > 10;

create unique index m_id on m (id);
create index m_a on m (a) where a > 5;
grant select on m to alice;
comment on materialized view m is 'Kept';
