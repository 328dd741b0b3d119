do $$ begin
  alter view v rename column a to b;
  alter view w reset (security_barrier);
  create or replace function f(x int) returns int language sql as 'select x + 1';
  create or replace trigger tr after insert on t for each row execute function tr();
  alter policy own on t using (true);
end $$;
