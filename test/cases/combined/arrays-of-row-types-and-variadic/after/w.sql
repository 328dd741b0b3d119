create view w as select (g.c).y, g.id, (h).p from v, g(v, v), h(v.id);
