create view v as select "F"() as n;
