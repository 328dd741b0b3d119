create view b as select id, a from t;
