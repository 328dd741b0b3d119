create view z as select id from x;
