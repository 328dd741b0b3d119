create function g(a int) returns int language sql as 'select 1'; alter function g(int) set work_mem = '1MB';
