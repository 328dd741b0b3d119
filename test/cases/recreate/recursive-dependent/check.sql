select * from counted order by 1
