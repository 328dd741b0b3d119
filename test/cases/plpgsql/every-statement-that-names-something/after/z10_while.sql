create view z10_while as select true as b;
