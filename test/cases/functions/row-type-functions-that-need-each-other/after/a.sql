create function a(v) returns int language sql as 'select 1';
