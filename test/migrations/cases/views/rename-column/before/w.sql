create view w as
select id, a + 1 as next from v;
