create view base as select a::text as a from t;
revoke all on base from bob;
