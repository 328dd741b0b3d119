create function takes(b base) returns int language plpgsql stable as $$ begin return b.a; end $$;
alter function takes(base) owner to bob;
revoke execute on function takes(base) from public;
grant execute on function takes(base) to carol;
comment on function takes(base) is 'takes';
create view calls as select takes(base) as a from base;
create function total() returns bigint language sql begin atomic select sum(a) from base; end;
create policy own on t using (exists (select from base));
comment on policy own on t is 'own';
