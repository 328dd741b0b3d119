create function even(n int) returns boolean language sql as $$ select n = 0 or odd(n - 1) $$;

comment on function even(int) is 'Even';
