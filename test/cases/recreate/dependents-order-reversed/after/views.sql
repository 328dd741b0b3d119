create view above as select id, a from t;
create view below as select id, a from above;
