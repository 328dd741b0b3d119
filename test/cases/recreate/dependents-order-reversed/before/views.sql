create view below as select id, gone, a from t;
create view above as select id, gone, a from below;
