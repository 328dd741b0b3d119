create view reader as select a from base;
create view on_reader as select a from reader;
create materialized view m as select a from base;
