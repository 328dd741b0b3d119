create view adds as select a + 1 as a from base;
