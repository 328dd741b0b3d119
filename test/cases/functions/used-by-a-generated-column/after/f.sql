create function f(value int) returns int language sql immutable as 'select value';
