create function f(x int) returns text language sql immutable return 'int';

create function f(x text) returns text language sql immutable return 'text';
