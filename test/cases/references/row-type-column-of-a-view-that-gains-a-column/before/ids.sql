create view ids as select (r).id from rows;
