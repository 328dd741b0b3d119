create view second as select * from first;
