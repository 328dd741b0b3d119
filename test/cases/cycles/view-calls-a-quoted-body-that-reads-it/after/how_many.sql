create function how_many(x int) returns bigint language sql as 'select case when x < 0 then (select count(*) from counted) else 0 end';
