create view w as select (up(v)).*, del.a as d from v, del(v.id);
