create function takes(b base) returns int language sql stable as 'select b.a';
create function gives() returns base language sql stable as 'select * from base limit 1';
create function gives_all() returns setof base language plpgsql stable as $$ begin return query select * from base; end $$;
create function takes_many(b base[]) returns int language sql stable as 'select cardinality(b)';
create function gives_many() returns base[] language sql stable as 'select array_agg(base) from base';
create function both_ways(in x int, inout b base) language sql stable as 'select b';
revoke execute on function takes(base) from public;
grant execute on function takes(base) to bob;
comment on function gives_all() is 'all of it';
