create view k_named as select z_named(b => 'x', a => 1) as n, nullif(z_fn(1), 1) as m, greatest(z_fn(1), 2) as g;
