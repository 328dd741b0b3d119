create view below as select id, a from t where a > 0;
