create view on_reader as select a from reader;
