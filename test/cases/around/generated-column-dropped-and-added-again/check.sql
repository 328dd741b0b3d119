select id, a, g from t;
select * from v;
