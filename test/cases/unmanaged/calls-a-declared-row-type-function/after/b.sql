create view b as select id, a::numeric as a from t;
