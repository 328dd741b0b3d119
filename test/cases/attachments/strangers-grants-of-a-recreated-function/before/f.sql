create function f(x int) returns setof int language sql rows 7 as 'select x';
