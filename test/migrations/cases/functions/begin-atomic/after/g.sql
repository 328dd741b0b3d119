create function g() returns bigint language sql
begin atomic
  select f(1);
end;
