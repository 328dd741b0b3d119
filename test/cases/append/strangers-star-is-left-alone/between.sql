create view stranger as select * from base natural join (select 1 as id, 'x'::text as b) x;
