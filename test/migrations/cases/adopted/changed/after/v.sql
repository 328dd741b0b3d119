create view v as
select id, a::bigint as a from t;

grant select on v to alice;
