create function f() returns int language sql set work_mem to '2MB' as 'select 1';
