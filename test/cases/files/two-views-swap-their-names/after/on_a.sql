create view on_a as select id from b;
