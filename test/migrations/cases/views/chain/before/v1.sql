create view v1 as
select id, a, b from t;

grant select on v1 to alice;
