create view passes as select a from base;
create view compares as select id from base where a < 'm';
create view renames as select a collate "POSIX" as a from base;
