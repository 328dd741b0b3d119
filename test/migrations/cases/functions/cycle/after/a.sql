create function even(n bigint) returns boolean language sql as $$ select n = 0 or odd(n - 1) $$;

comment on function even(bigint) is 'Even';
