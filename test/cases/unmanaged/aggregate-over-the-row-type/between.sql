create function agsf(n int, r v) returns int language sql immutable as 'select $1 + 1';
create aggregate agv(v) (sfunc = agsf, stype = int, initcond = '0');
create view dd2 as select agv(v) as n from v;
create view ee as select n from dd2;
