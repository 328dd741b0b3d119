select * from star;
select * from on_star
