create view z_view as select id, a_count('z_view') as n from t;
