create view z as select n from a;
