create view w as
select id from report.v;
