create view base as select id, a as amount, b::bigint as b from t;
