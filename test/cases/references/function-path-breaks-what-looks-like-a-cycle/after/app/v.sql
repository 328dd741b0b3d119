create view app.v as select n() as id;
