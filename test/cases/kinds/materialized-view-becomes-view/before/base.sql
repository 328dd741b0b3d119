create materialized view base with (fillfactor = 70) as select id, a from t;
create unique index base_id on base (id);
grant select on base to bob;
