create view a as select id from b;
