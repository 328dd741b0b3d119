create view base as select d, id::bigint as id, b as label, c, now() is not null as fresh from t;
