create view on_reader as select id from reader;
