create function less(x int, y int) returns boolean language sql immutable as 'select x < y';
