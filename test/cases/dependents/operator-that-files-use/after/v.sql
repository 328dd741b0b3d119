create view v as select id, id <<< a as less from t;
create view on_v as select id from v where less;
create materialized view m as select id from t where id <<< a;
create policy own on t using (id <<< a);
