create trigger tr
  instead of insert on a
  for each row execute function f();
