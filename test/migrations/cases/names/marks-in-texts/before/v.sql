create view v as
select id, a from t;

comment on view v is '
-- migrator: components
';
