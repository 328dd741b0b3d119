create view stranger as select id, a from t;
create view other as select id from u;
