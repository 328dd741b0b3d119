create view w as
select id, a from v;
