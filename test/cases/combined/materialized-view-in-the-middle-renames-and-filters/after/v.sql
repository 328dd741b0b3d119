create view v as select id, amount as x from m;
