create view inner_star as with x as (select * from base) select id from x where exists (select * from base);
