select * from by_star;
select * from by_name
