create view reader as select * from m;
create view on_reader as select a from reader;
