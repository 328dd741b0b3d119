create view base as select id, a::bigint as a from t;
