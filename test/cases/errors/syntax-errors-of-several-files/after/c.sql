create view c as select 'open as n;
