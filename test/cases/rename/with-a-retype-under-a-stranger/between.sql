create view stranger as select id, b > 0 as positive from base;
