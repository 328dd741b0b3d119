create view v as select id, a from t;
grant select on v to bob;
comment on view v is 'v';
alter view v owner to carol;
alter view v set (security_invoker);
