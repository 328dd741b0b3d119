create view same as select id from x;
