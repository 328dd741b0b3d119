create view v as
select f(id::bigint) as i, f(b::varchar) as t from t;
