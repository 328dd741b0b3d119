create view w as select f(v) from v;
