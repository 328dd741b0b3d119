create view U&"d\0061t\+00006F" as select id from t;
