create view base as select id, a::numeric(12,2) as a, b::varchar(20) as b from t;
