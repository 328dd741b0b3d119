create or replace function public.f (in x integer) returns integer immutable language sql as ' select x + 1 ';
