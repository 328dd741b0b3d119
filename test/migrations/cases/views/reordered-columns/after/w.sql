create view w as
select * from v;
