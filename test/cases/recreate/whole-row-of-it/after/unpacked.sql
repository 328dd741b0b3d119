create view unpacked as select (r).a from rows;
