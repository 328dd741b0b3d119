select id, a, g from t order by id;
select g from over_g order by g;
