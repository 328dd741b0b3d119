create trigger tr after insert on public.t for each row execute function f();
