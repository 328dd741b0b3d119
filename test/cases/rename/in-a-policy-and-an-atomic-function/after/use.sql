create policy seen on guarded using (id in (select amount from base));
create function total() returns bigint language sql begin atomic select sum(amount) from base; end;
