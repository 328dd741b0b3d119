create view v as select id, a from t;
comment on view v is 'first';
alter view v alter column a set default 1;
