create or replace view w as select id from v where id > 0;
