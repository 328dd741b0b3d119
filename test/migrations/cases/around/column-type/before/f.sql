create function f() returns setof v language sql as 'select * from v';
