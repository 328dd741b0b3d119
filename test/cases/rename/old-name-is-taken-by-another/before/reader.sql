create view reader as select id, a from base;
create view on_reader as select a from reader;
