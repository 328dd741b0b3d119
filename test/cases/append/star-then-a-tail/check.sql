select * from on_tail;
select * from star_on_tail
