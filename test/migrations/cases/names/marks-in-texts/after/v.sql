create view v as
select a, id from t;

comment on view v is '
-- migrator: end components
';
