create view second as select a from reader;
