create function f() returns int language sql as 'select 1';
alter function f() set work_mem to '1MB';
