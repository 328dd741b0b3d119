create view z11_exit as select true as b;
