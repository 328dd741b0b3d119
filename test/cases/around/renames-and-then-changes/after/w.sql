create view w as select b from v;
