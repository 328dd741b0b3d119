create view in_list as select id from t where a in (1, 2);
