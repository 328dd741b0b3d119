create function total() returns bigint language sql stable begin atomic select sum(a) from base; end;
grant execute on function total() to bob;
