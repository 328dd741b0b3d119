create view w as select id, b from v;
