create function f(x int) returns int language sql stable as 'select x + 2';
