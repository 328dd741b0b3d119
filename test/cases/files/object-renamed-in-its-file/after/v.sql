create view v_new as select id, a from t;
grant select on v_new to bob;
