create view base as select id, a collate "C" as a from t;
