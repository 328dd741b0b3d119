create view w as select f(v) as id from v;
