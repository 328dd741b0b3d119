create view w as
select id from v;
