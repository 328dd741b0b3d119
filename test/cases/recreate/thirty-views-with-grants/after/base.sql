create view base as select id, a::bigint as a from t;
grant select on base to alice with grant option;
