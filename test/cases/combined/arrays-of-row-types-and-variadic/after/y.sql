create view y as select (x.one).a, u.* from x, unnest(x.vs) with ordinality as u(id, a1, c, cs, n);
