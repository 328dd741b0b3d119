create view base as select id, a::bigint as a from t;
create view reader as select a, id from base;
