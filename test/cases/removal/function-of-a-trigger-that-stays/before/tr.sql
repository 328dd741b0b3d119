create trigger tr before insert on t
  for each row execute function f();
