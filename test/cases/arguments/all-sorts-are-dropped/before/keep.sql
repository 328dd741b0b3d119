create view keep as select 1 as a;
