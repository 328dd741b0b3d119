create view low as
select id, a from t
where id in (select id from high);
