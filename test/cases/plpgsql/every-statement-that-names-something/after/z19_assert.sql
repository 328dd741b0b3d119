create view z19_assert as select true as b;
