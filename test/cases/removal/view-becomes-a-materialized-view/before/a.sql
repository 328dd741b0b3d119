create view a as select id, a from t;
grant select on a to bob;
