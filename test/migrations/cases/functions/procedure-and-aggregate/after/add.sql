create function add(x int, y int) returns int language sql immutable return x + coalesce(y, 1);
