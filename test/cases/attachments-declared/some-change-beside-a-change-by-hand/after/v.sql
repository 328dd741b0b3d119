create view v as select id, a from t;
comment on view v is 'second';
alter view v alter column a set default 2;
grant select on v to alice;
