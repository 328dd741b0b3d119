create view v as select b from p;
