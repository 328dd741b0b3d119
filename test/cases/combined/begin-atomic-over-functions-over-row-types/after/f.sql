create function f(v) returns numeric language sql begin atomic select ($1).a; end;
