create function f(x text) returns text language sql immutable return 'text';
