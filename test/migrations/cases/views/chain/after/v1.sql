create view v1 as
select id, a::bigint as a, b from t;

grant select on v1 to alice;
