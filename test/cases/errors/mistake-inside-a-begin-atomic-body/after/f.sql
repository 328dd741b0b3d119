create function f() returns int
begin atomic
  select nowhere from t;
end;
