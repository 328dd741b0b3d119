create function b(v) returns int language sql begin atomic select a($1); end;
