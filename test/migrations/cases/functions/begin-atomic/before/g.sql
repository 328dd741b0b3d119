create function g() returns int language sql
begin atomic
  select f(1);
end;
