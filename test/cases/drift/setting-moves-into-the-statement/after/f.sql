create function f() returns int language sql set work_mem to '1MB' as 'select 2';
