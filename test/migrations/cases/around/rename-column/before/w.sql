create view w as
select a from v;
