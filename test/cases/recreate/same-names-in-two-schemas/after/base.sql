create view app.base as select id, a from t;
