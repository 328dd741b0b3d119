alter view low rename to low_before;
create view low as select id, x from t where id > 0;
