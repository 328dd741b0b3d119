create view under as select id, a from base;
create materialized view middle as select id, a from under;
create view on_it as select a from middle;
create materialized view beside as select id, a from base;
create unique index beside_id on beside (id);
create view on_beside as select a from beside;
create materialized view on_top as select a from on_beside;
