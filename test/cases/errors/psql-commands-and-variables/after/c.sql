create view c as
  select :'name' as n;
