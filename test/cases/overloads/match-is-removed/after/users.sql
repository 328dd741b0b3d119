create view reader as select f(a) as f from t;
create view on_reader as select f from reader;
