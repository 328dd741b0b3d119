create view w as select c from v;
