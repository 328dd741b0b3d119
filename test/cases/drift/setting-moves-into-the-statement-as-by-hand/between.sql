alter function f() set work_mem to '2MB';
