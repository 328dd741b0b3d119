create function cmp(x int, y int) returns int language sql immutable as 'select y - x';
