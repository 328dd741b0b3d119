create view z_view as select id, a_count() as n from t;
