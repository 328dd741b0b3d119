create view base as select id from t;
revoke all on base from bob;
