create function f(x int) returns int language sql
begin atomic
  select a from v where id = x;
end;
