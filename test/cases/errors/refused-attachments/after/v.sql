create view v as select id from t;
grant select on v to bob;
  grant select on v to nobody_at_all;
