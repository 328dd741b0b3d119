create function f(x int) returns text language sql immutable return 'int';
