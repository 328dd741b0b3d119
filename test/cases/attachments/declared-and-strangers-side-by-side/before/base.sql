create view base as select id, gone, a from t;
grant select on base to alice;
grant insert on base to alice;
comment on view base is 'old';
