create view b.v as select x from t;
create view b.u as select x from t;
