create view e_order as select id from t order by (select count(*) from z_view), z_fn(id) limit (select count(*) from z_view) offset z_fn(0);
