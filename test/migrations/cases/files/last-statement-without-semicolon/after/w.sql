/* first */ create or replace view w as
select id from v -- {{ here }}