create function total() returns bigint language sql stable as 'select sum(a)::bigint from base';
create function as_table() returns table (id int, a bigint) language sql stable as 'select id, a::bigint from base';
create function in_plpgsql() returns text language plpgsql stable as $$ begin return (select gone from base); end $$;
