create view w as
select sum(a) from v;
