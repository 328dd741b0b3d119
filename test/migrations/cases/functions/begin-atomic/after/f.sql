create function f(x int) returns bigint language sql
begin atomic
  select a from v where id = x;
end;
