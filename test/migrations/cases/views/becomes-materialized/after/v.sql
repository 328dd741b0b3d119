create materialized view v as
select id, a from t;

grant select on v to alice;
create index v_a on v (a);
