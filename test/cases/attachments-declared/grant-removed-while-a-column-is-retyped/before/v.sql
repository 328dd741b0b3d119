create view v as select id, a, b from t;
grant select, insert on v to bob;
grant select on v to carol;
