create view united as
select * from base
union all
select id, a from t;
