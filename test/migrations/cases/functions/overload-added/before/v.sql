create view v as
select id, f(id::bigint::int) as f from t;
