create view casts as select cast(a as text) as a, id::numeric(10, 2) as n from t;
