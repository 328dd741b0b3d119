create view z09_case as select true as b;
