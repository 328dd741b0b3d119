create view v as select id, b from t where a > 5;
grant select on v to bob;
