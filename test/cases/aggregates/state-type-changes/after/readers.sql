create view passes as select total(a) as total from t;
create view casts as select total(a)::text as total from t;
