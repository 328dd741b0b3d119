create view on_reader as select upper(gone) as g, a from reader;
