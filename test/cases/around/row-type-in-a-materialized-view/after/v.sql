create view v as select (whole).a from m;
