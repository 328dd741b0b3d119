create view in_list as select id from t where a = any (array[1, 2]);
