create or replace trigger tr before update on t for each row execute function f();
