create view w as select id from v where b > 0;
