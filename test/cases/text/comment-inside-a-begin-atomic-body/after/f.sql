create function f() returns bigint
begin atomic
  -- all of them
  select count(*) from t;
end;
