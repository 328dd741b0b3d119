create type money_of as (amount int, currency text);
create function price() returns money_of language sql as 'select row(1, ''EUR'')::public.money_of';
