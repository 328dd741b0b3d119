insert into entry values (7, 8);
select line from log;
