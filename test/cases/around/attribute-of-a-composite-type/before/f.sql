create function f() returns bigint language sql begin atomic select (price()).amount; end;
