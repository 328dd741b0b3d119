create function gap(a int, b int) returns float8 language sql immutable as 'select (a - b)::float8';
