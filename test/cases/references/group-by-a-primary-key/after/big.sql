create view big as select id, name from totals where n > 10;
