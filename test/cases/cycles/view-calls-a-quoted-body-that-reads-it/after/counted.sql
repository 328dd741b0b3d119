create view counted as select id, how_many(id) as n from t;
