create view v as select id, a, count(*) as n from t group by id;
