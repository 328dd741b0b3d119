create view v as select id from t;
create or replace view v as select id, a from t;
