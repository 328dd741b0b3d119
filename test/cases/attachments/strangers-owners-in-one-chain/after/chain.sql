create view middle as select id, a from base;
create materialized view top as select a + 1 as a from middle;
