-- Default privileges that must not come to what is made anew.
alter default privileges in schema app grant all on tables to rita;
alter default privileges in schema app grant execute on functions to rita;
alter default privileges grant usage on types to rita;

-- Owners.
alter view app.v1 owner to alice;
alter view app.v2 owner to bob;
alter materialized view app.m1 owner to carol;
alter materialized view app.m2 owner to alice;
grant select on app.account to alice;
alter function app.rate(integer) owner to alice;
alter function app.rows_of() owner to bob;
alter procedure app.keep(app.v2) owner to carol;
alter aggregate app.total(integer) owner to bob;

-- Grants: with and without grant option, by column, to PUBLIC, through others, taken from the owner.
grant select, insert on app.v1 to bob with grant option;
grant update on app.v1 to carol with grant option;
grant select on app.v1 to public;
set role bob;
grant select on app.v1 to carol, rita;
grant insert on app.v1 to rita with grant option;
reset role;
set role rita;
grant insert (name) on app.v1 to carol;
reset role;
set role carol;
grant update on app.v1 to bob with grant option;
reset role;
set role bob;
grant update on app.v1 to alice;
grant update (amount, note) on app.v1 to rita;
reset role;
grant select (id), update (id, name) on app.v2 to alice with grant option;
set role alice;
grant update (name) on app.v2 to rita, public;
reset role;
revoke all on app.v3 from postgres;
grant references on app.v3 to rita;
grant select on app.v2 to carol;
grant select on app.m1 to alice with grant option;
set role alice;
grant select on app.m1 to public;
reset role;
revoke all on app.m2 from alice;
grant select on app.m2 to alice;
grant select (loud) on app.m2 to bob with grant option;
revoke execute on function app.rate(integer) from public;
grant execute on function app.rate(integer) to bob with grant option;
set role bob;
grant execute on function app.rate(integer) to carol;
reset role;
revoke execute on function app.rows_of() from public, bob;
grant execute on procedure app.keep(app.v2) to alice;
revoke execute on procedure app.keep(app.v2) from public;
revoke execute on function app.total(integer) from public;
grant execute on function app.total(integer) to rita;
grant usage on type app.v1 to carol with grant option;
revoke usage on type app.v2 from public;

-- Comments.
comment on view app.v1 is 'It''s the first';
comment on column app.v1.name is 'a name';
comment on column app.v1.amount is 'how much';
comment on type app.v1 is 'its rows';
comment on type app._v1 is 'and many of them';
comment on rule "_RETURN" on app.v1 is 'its query';
comment on view app.v2 is E'two\nlines \\';
comment on column app.v2.id is 'number';
comment on column app.v3.name is 'name of three';
comment on materialized view app.m1 is 'kept rows';
comment on column app.m1.name is 'kept name';
comment on column app.m2.loud is 'loud';
comment on function app.rate(integer) is 'doubles';
comment on function app.rows_of() is 'all of two';
comment on function app.strict(integer, text) is 'every attribute';
comment on procedure app.keep(app.v2) is 'keeps';
comment on aggregate app.total(integer) is 'adds up';
comment on trigger v1_insert on app.v1 is 'declared trigger';
comment on rule v2_delete on app.v2 is 'declared rule';
comment on policy account_rate on app.account is 'declared policy';
comment on trigger account_checked on app.account is 'declared constraint trigger';
comment on constraint account_checked on app.account is 'and its constraint';
alter table app.account enable always trigger account_checked;

-- Options and defaults.
alter view app.v1 set (check_option = local, security_barrier = true);
alter view app.v1 alter column amount set default 17.5;
alter view app.v1 alter column name set default 'nobody';
alter view app.v3 alter column id set default 3;
alter materialized view app.m1 set (fillfactor = 70, autovacuum_enabled = off, toast.autovacuum_vacuum_threshold = 77, parallel_workers = 2);
alter materialized view app.m1 alter column name set statistics 77;
alter materialized view app.m1 alter column id set (n_distinct = -0.5, n_distinct_inherited = 9);
alter materialized view app.m1 alter column name set storage external;
alter materialized view app.m2 alter column loud set compression pglz;
alter materialized view app.m2 set (user_catalog_table = false);
alter materialized view app.m1 replica identity full;
alter materialized view app.m2 replica identity nothing;
alter materialized view app.m2 set access method heap2;
alter materialized view app.m1 set tablespace proof_space;
alter materialized view app.m1 depends on extension plpgsql;
alter function app.rate(integer) depends on extension plpgsql;
alter procedure app.keep(app.v2) depends on extension plpgsql;
alter routine app.total(integer) depends on extension plpgsql;
alter trigger v1_insert on app.v1 depends on extension plpgsql;

-- Triggers and rules of strangers.
create trigger stranger instead of update on app.v1 for each row execute function app.store('a', 'it''s', E'\\');
comment on trigger stranger on app.v1 is 'a stranger''s';
create trigger after_all after delete on app.v1 for each statement execute function app.store();
create rule stranger_rule as on update to app.v2 do also insert into app.log (what) values (new.name);
comment on rule stranger_rule on app.v2 is 'a stranger''s rule';
create rule log_rule as on insert to app.log where exists (select from app.v2) do also select 1;
alter table app.log disable rule log_rule;
create policy stranger_policy on app.log as restrictive for update to alice, bob
  using (exists (select from app.v2)) with check (app.rate(id) > 1);
comment on policy stranger_policy on app.log is 'a stranger''s policy';
create trigger log_when before insert on app.log for each row when (app.rate(new.id) > 1) execute function app.store();
alter table app.log enable replica trigger log_when;
comment on trigger log_when on app.log is 'when';

-- Indexes and statistics.
create unique index m1_id on app.m1 (id) include (amount) with (fillfactor = 55) tablespace proof_space;
comment on index app.m1_id is 'unique';
create index m1_lower on app.m1 using btree (lower(name) collate "C" text_pattern_ops desc nulls last, id app.int_ops) where id > 0;
comment on index app.m1_lower is 'partial';
alter index app.m1_lower alter column 1 set statistics 33;
alter index app.m1_lower depends on extension plpgsql;
create index m1_hash on app.m1 using hash (name);
create unique index m2_id on app.m2 (id);
alter materialized view app.m2 cluster on m2_id;
create index m3_loud on app.m3 (loud);
create statistics app.m1_stats (ndistinct, dependencies) on id, name from app.m1;
comment on statistics app.m1_stats is 'together';
alter statistics app.m1_stats owner to carol;
alter statistics app.m1_stats set statistics 44;
create statistics public.m2_stats on (id % 10), (lower(loud)) from app.m2;
alter statistics public.m2_stats owner to bob;

-- What no file declares and needs what files declare.
create view app.outside with (security_barrier = false) as select id, name from app.v2;
alter view app.outside owner to carol;
grant select on app.outside to public;
comment on view app.outside is 'not in a file';
alter view app.outside alter column id set default 9;
create materialized view app.outside_kept with (fillfactor = 60) as select id, count(*) as many from app.m1 group by id;
create unique index outside_kept_id on app.outside_kept (id);
alter materialized view app.outside_kept owner to carol;
grant select (many) on app.outside_kept to rita;
create function app.outside_rows(one app.v2) returns integer language plpgsql leakproof cost 3 as $$ begin return one.id; end $$;
alter function app.outside_rows(app.v2) owner to alice;
revoke execute on function app.outside_rows(app.v2) from public;
comment on function app.outside_rows(app.v2) is 'a stranger''s function';
alter function app.outside_rows(app.v2) depends on extension plpgsql;
create event trigger watcher on ddl_command_end when tag in ('CREATE SEQUENCE') execute function app.watched();
comment on event trigger watcher is 'watches';
alter event trigger watcher enable always;
