create view h_set as select id from t except (select id from z_view intersect select z_fn(1));
