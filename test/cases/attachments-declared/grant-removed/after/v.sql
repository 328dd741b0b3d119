create view v as select id, a, b from t;
grant select on v to bob;
