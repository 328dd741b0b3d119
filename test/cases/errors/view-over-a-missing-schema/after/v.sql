create view nowhere.v as select 1 as a;
