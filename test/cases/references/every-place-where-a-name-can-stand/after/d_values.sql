create view d_values as values ((select count(*) from z_view), z_fn(1));
