create view v as select id, a from t;
alter view v alter column a set default 3;
