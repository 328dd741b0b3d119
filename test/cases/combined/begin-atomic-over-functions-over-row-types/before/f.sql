create function f(v) returns int language sql begin atomic select ($1).a; end;
