create view z as select h.* from h() with ordinality as h(a, n);
