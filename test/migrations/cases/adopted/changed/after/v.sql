create view v as
select 1::bigint as a;

grant select on v to alice;
