create function f(y int) returns setof int language sql rows 7 as 'select y';
