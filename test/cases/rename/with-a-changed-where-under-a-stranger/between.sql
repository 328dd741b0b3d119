create view stranger as select id, a from base;
