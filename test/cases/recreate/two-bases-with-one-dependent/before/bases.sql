create view base as select id, a from t;
create view other as select id, a from t;
