create view casts as select a::text, id::decimal(10,2) as n from t;
