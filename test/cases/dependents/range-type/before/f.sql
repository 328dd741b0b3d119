create function gap(x int, y int) returns float8 language sql immutable as 'select (x - y)::float8';
