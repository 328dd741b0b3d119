create view w as
select id from v;

grant select on w to bob;
