/* f */ create or replace function f(n int)
returns int
language sql
as $$ select n $$;
