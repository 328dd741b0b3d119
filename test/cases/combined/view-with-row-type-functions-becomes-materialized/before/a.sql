create view aa as select id, a from t;
grant select on aa to alice;
