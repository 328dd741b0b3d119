create view app.v as select id from app.t;
