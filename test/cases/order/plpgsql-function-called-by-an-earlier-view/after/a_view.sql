create view a_view as select id, z_double(a) as twice from t;
