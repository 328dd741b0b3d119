create view app.base as select id, gone, a from t;
