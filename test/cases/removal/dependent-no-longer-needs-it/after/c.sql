create view c as select id from b;
