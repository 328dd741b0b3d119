create view v as
select id, a from t;

grant select on v to alice;
