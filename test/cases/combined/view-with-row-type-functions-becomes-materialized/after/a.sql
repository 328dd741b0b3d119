create materialized view aa as select id, a from t;
create unique index a_id on aa(id);
grant select on aa to alice;
