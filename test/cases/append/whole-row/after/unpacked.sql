create view unpacked as select (r).*, n from rows;
