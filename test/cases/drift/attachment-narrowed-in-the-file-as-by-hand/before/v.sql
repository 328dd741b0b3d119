create view v as select id, a from t;
grant all on v to bob;
