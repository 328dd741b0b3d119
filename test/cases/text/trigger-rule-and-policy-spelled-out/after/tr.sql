create trigger tr after update of a or insert on public.t for each statement execute procedure public.f();
