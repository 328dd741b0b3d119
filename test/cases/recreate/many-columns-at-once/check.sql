select * from base;
select * from on_casts;
select * from label
