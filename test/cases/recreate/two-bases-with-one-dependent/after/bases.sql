create view base as select id, a::bigint as a from t;
create view other as select id, a::numeric as a from t;
