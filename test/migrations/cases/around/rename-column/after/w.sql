create view w as
select amount from v;
