create view v3 with (security_barrier) as
select a, count(*) from v2 group by a;

alter view v3 owner to bob;
