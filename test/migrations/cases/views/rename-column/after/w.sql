create view w as
select id, amount + 1 as next from v;
