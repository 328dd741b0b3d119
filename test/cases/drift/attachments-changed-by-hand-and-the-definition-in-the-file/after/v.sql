create view v as select id, a + 1 as a from t;
alter view v owner to alice;
comment on column v.a is 'a';
grant select on v to bob;
