create policy caught on guarded using (id in (select b from base));
create policy spared on guarded for insert with check (id in (select a from base));
create rule caught as on update to guarded do also insert into t (id) select o.id from guarded o where exists (select from base where a = b);
create rule spared as on delete to guarded do also insert into t (id) select a from base;
create function caught() returns bigint language sql begin atomic select count(*) from base natural join guarded; end;
create function spared() returns bigint language sql begin atomic select count(*) from base; end;
