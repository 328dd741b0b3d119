create view app.base as select id, a from t;
grant select on app.base to bob;
