create view other as select 1 as one;
