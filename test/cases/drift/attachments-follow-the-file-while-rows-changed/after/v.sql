create view v as select id, a from t;
alter view v owner to alice;
comment on view v is 'new';
grant select on v to carol;
