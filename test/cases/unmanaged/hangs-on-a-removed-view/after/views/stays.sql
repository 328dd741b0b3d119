create view stays as select 1 as one;
