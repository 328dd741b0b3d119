create temporary view v as select 1 as a;
