create policy seen on guarded using (id in (select a from base));
create function total() returns bigint language sql begin atomic select sum(a) from base; end;
