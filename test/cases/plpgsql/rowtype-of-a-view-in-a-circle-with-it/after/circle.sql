create view circle as select id, read_view(id) as n from t;
