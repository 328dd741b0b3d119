create view v as
select id, a from t;

grant select on v to alice with grant option;
grant update (a) on v to bob;
comment on view v is 'It''s a {{ view }}';
comment on column v.a is 'A';
alter view v owner to carol;
alter view v set (security_barrier = true);
alter view v alter column a set default 5;
