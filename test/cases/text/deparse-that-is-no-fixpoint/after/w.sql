create view w as select v.*, row_number() over w1 from v window w1 as (order by id asc) limit (10);
