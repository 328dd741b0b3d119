do $$ begin
  drop view v;
  drop materialized view m;
  drop function f(int);
  drop trigger tr on t;
  drop policy own on t;
end $$;
