/** Statements with a schema that they find: each is run and undone, and the catalogs must be as before. */

export interface InverseCase {
  readonly before?: string;
  /** One statement, or a few where they are about one another. */
  readonly script: string;
  /** The first version that has it. */
  readonly since?: number;
  /** Part of what is said to be lost; null (or left out) where nothing may be. */
  readonly loses?: string;
  /** The embedded database lacks it. */
  readonly serverOnly?: true;
}

const t = "create table t (a int, b text, c int default 5 not null);";
const v = "create view v as select a, b from t;";
const f = "create function f(x int) returns int language sql immutable as 'select x';";
const tf = "create function tf() returns trigger language plpgsql as 'begin return new; end';";
const parts = "create table p (a int not null, b text) partition by list (a);";
const fdw = "create foreign data wrapper w; create server s foreign data wrapper w;";

const created: readonly InverseCase[] = [
  { script: "create table x (a int primary key, b text)", loses: "the rows of table x" },
  { script: "create table if not exists x (a serial)", loses: "the rows of table x" },
  { before: t, script: "create table if not exists t (z int)" },
  { script: "create temp table x (a int)" },
  { before: t, script: "create table x as select * from t", loses: "rows" },
  { before: t, script: "create materialized view m as select * from t" },
  { before: t, script: "create materialized view if not exists m as select * from t" },
  { before: t, script: "select a into x from t", loses: "rows" },
  { before: parts, script: "create table p1 partition of p for values in (1)", loses: "rows" },
  { before: t, script: "create table x () inherits (t)", loses: "rows" },
  { before: t, script: "create view v as select a from t" },
  { before: t, script: "create or replace view v as select a from t" },
  {
    before: `${t}${v}`,
    script: "create or replace view v with (security_barrier) as select a, b || 'x' as b from t",
  },
  {
    before: `${t}${v} alter view v set (security_barrier); alter view v alter a set default 3; comment on view v is 'old'; comment on column v.b is 'col'; grant select on v to alice; grant update (b) on v to bob; alter view v owner to carol;`,
    script: "create or replace view v as select a, b, c from t",
  },
  { before: t, script: "create index i on t (a)" },
  { before: t, script: "create index on t (a)" },
  { before: t, script: "create unique index if not exists i on t (a)" },
  { before: `${t} create index i on t (a);`, script: "create index if not exists i on t (b)" },
  { before: t, script: "create index concurrently i on t (a)" },
  { script: "create sequence q", loses: "value" },
  { script: "create type k as enum ('a', 'b')" },
  { script: "create type k as (a int, b text)" },
  { script: "create type k as range (subtype = int)" },
  { script: `create domain "D d" as int check (value > 0)` },
  { script: "create schema z" },
  { script: "create schema if not exists z" },
  { before: "create schema z;", script: "create schema if not exists z" },
  { script: "create schema z create table a (i int) create view b as select i from a", loses: "rows" },
  { script: "create schema authorization alice" },
  { script: "create extension hstore", serverOnly: true },
  { script: "create extension if not exists hstore", serverOnly: true },
  { before: "create extension hstore;", script: "create extension if not exists hstore", serverOnly: true },
  { script: "create extension earthdistance cascade", serverOnly: true },
  { script: f },
  { script: "create function g(in a int, out b text, variadic c int[]) language sql as 'select 1::text'" },
  {
    script:
      "create function g(a int[], b timestamp with time zone, c varchar(3)) returns void language sql as ''",
  },
  { script: "create procedure p(a int, inout b text) language sql as 'select b'" },
  { script: "create procedure p(a int, out b text) language sql as 'select 1::text'" },
  { script: "create or replace function f(x int) returns int language sql as 'select 2'" },
  {
    before: `${f} grant execute on function f to alice; comment on function f is 'one';`,
    script: "create or replace function f(x int) returns int language sql strict cost 7 as 'select 2'",
  },
  {
    before: `${f} grant execute on function f to alice; revoke execute on function f from public; comment on function f is 'one'; alter function f owner to bob;`,
    script: "create or replace function f(x int default 3) returns int language sql as 'select 2'",
  },
  { script: "create aggregate ag(int) (sfunc = int4pl, stype = int)" },
  { script: "create aggregate ag(*) (sfunc = int8inc, stype = int8, initcond = '0')" },
  { script: "create or replace aggregate ag(int) (sfunc = int4pl, stype = int)" },
  { before: `${t}${tf}`, script: "create trigger tr before insert on t for each row execute function tf()" },
  {
    before: `${t}${tf}`,
    script: "create or replace trigger tr before insert on t for each row execute function tf()",
  },
  {
    before: `${t}${tf} create trigger tr before insert on t for each row execute function tf('a'); alter table t disable trigger tr; comment on trigger tr on t is 'x';`,
    script: "create or replace trigger tr after update on t for each row execute function tf('b')",
  },
  { before: t, script: "create rule r as on delete to t do instead nothing" },
  {
    before: `${t} create rule r as on delete to t do instead nothing; alter table t disable rule r;`,
    script: "create or replace rule r as on update to t do also nothing",
  },
  { before: t, script: `create policy "P" on t for select to alice using (a = 1)` },
  { script: "create role inv_new with login" },
  {
    before: f,
    script:
      "create function cf(k bool) returns bit language sql as 'select b''1'''; create cast (bool as bit) with function cf(bool)",
  },
  { script: "create operator === (leftarg = int, rightarg = int, function = int4eq)" },
  { script: "create operator !! (rightarg = int, function = int4abs)" },
  {
    script:
      "create operator class oc for type int using btree as operator 1 <, function 1 btint4cmp(int, int)",
  },
  {
    before: "create operator family oc using btree;",
    script:
      "create operator class oc for type int using btree as operator 1 <, function 1 btint4cmp(int, int)",
  },
  { script: "create operator family fam using hash" },
  { script: `create collation co from "C"` },
  { script: `create collation if not exists co from "C"` },
  { before: t, script: "create statistics st on a, c from t" },
  { before: t, script: "create statistics on a, c from t", since: 16 },
  { before: t, script: "create publication pub for table t" },
  {
    script:
      "create subscription sub connection 'dbname=none' publication x with (connect = false, slot_name = none, enabled = false)",
    serverOnly: true,
  },
  {
    script:
      "create function et() returns event_trigger language plpgsql as 'begin end'; create event trigger ev on ddl_command_start execute function et()",
  },
  { script: fdw },
  { before: fdw, script: "create foreign table ft (a int) server s options (x 'y')" },
  { before: fdw, script: "create user mapping for alice server s options (u 'v')" },
  { before: fdw, script: "create user mapping for public server s" },
  { before: fdw, script: "create server if not exists s foreign data wrapper w" },
  { script: "create conversion conv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8" },
  { script: "create text search configuration tc (copy = simple)" },
  { script: "create text search dictionary td (template = simple, stopwords = english)" },
  { script: "create access method am2 type index handler bthandler" },
  { script: "create transform for int language sql (from sql with function prsd_lextype(internal))" },
];

const columns: readonly InverseCase[] = [
  {
    before: t,
    script: "alter table t add column d text default 'x' not null",
    loses: "the values of column d of t",
  },
  { before: t, script: "alter table t add column if not exists b text" },
  { before: t, script: "alter table t add column d serial primary key", loses: "values" },
  {
    before: `${t} create table t2 (z int primary key);`,
    script: "alter table t add column d int check (d > 0) references t2, add check (a > 1)",
    loses: "values",
  },
  {
    before: `create table t (a int, b text collate "C" default 'x' not null); comment on column t.b is 'hey'; create index i on t (upper(b)); alter table t add constraint k check (b <> ''); comment on constraint k on t is 'k'; grant select (b) on t to alice; alter table t alter b set storage external, alter b set statistics 7; create statistics s on a, b from t;`,
    script: "alter table t drop column b",
    loses: "the values of column b of t, and its place among the others",
  },
  {
    before:
      "create table t (a int, b int not null); create unique index i on t (b); alter table t cluster on i; alter table t replica identity using index i; create index j on t ((b + a)); alter index j alter column 1 set statistics 9;",
    script: "alter table t drop column b",
    loses: "values",
  },
  {
    before:
      "create table t (a int, b int not null, constraint u unique (b)); alter table t cluster on u; alter table t replica identity using index u; comment on index u is 'c';",
    script: "alter table t drop column b",
    loses: "values",
  },
  {
    before: "create table t (a int, b point, constraint e exclude using gist (box(b, b) with &&));",
    script: "alter table t drop column b cascade",
    loses: "values",
  },
  {
    before:
      "create table t (a int, b serial); alter sequence t_b_seq increment 5 cache 3; comment on sequence t_b_seq is 'c'; grant usage on t_b_seq to alice;",
    script: "alter table t drop column b",
    loses: "the value that sequence public.t_b_seq had reached",
  },
  {
    before: "create table t (a int, b int generated always as (a * 2) stored);",
    script: "alter table t drop column b",
    loses: "values",
  },
  {
    before: "create table t (a int, b int generated by default as identity (start 5 increment 2));",
    script: "alter table t drop column b",
    loses: "values",
  },
  {
    before: `${t} alter table t add constraint u unique (a, c);`,
    script: "alter table t drop column if exists zz",
  },
  {
    before: `${t} create index i on t (b);`,
    script: "alter table t alter b type varchar(20)",
    loses: "column b of t",
  },
  { before: t, script: "alter table t alter c type text using c::text", loses: "values of column c" },
  { before: t, script: "alter table t alter c set default 9" },
  { before: t, script: "alter table t alter a set default 9" },
  { before: t, script: "alter table t alter c drop default" },
  { before: t, script: "alter table t alter a set not null" },
  { before: t, script: "alter table t alter c set not null" },
  { before: t, script: "alter table t alter c drop not null" },
  { before: "create table t (a int constraint nn not null);", script: "alter table t alter a drop not null" },
  { before: t, script: "alter table t alter a set statistics 50" },
  {
    before: `${t} alter table t alter b set storage main;`,
    script: "alter table t alter b set storage external",
  },
  { before: t, script: "alter table t alter b set compression pglz" },
  {
    before: `${t} alter table t alter a set (n_distinct = 5);`,
    script: "alter table t alter a set (n_distinct = 7, n_distinct_inherited = 3)",
  },
  {
    before: `${t} alter table t alter a set (n_distinct = 5);`,
    script: "alter table t alter a reset (n_distinct)",
  },
  { before: t, script: "alter table t alter c drop default, alter c add generated always as identity" },
  {
    before: "create table t (a int generated always as identity (start 4));",
    script: "alter table t alter a set generated by default set increment by 5",
  },
  {
    before: "create table t (a int generated always as identity (start 4 cycle));",
    script: "alter table t alter a drop identity",
    loses: "identity",
  },
  {
    before: "create table t (a int, b int generated always as (a + 1) stored);",
    script: "alter table t alter b set expression as (a + 2)",
    since: 17,
  },
  { before: t, script: "alter table t rename column b to z" },
  { before: `${t}${v}`, script: "alter view v rename column b to z" },
  { before: `${t}${v}`, script: "alter view v alter column a set default 1" },
  {
    before: "create table t (a int); create index i on t ((a + 1));",
    script: "alter index i alter column 1 set statistics 77",
  },
  {
    before: `${fdw} create foreign table ft (a int options (x '1', y '2')) server s;`,
    script: "alter foreign table ft alter a options (set x '3', drop y, add z '4')",
  },
];

const constraints: readonly InverseCase[] = [
  { before: t, script: "alter table t add constraint k check (a > 0)" },
  { before: t, script: "alter table t add check (a > 0), add check (c > 0), add constraint n check (a < 9)" },
  { before: t, script: "alter table t add unique (a)" },
  { before: t, script: "alter table t add primary key (a)" },
  {
    before: `${t} create unique index i on t (a) where a is not null; create unique index j on t (a);`,
    script: "alter table t add constraint pk primary key using index j",
  },
  {
    before: `${t} create unique index j on t (a);`,
    script: "alter table t add constraint un unique using index j",
  },
  {
    before: `${t} create table r (x int primary key);`,
    script: "alter table t add foreign key (a) references r",
  },
  {
    before: `${t} alter table t add constraint k check (a > 0) not valid; comment on constraint k on t is 'c';`,
    script: "alter table t validate constraint k",
  },
  {
    before: `${t} alter table t add constraint k check (a > 0);`,
    script: "alter table t validate constraint k",
  },
  {
    before: `${t} alter table t add constraint k check (a > 0) no inherit; comment on constraint k on t is 'c';`,
    script: "alter table t drop constraint k",
  },
  {
    before: `${t} alter table t add constraint u unique (a) include (b) deferrable; alter table t cluster on u;`,
    script: "alter table t drop constraint u",
  },
  {
    before: `${t} alter table t add constraint u unique (c); alter table t replica identity using index u; comment on index u is 'c';`,
    script: "alter table t drop constraint u cascade",
  },
  {
    before: `${t} alter table t add constraint k check (a > 0);`,
    script: "alter table t drop constraint k, add constraint k check (a > 1)",
  },
  {
    before: `${t} create table r (x int primary key); alter table t add constraint fk foreign key (a) references r deferrable;`,
    script: "alter table t alter constraint fk not deferrable",
  },
  { before: t, script: "alter table t add exclude using btree (a with =)" },
  {
    before: `${t} alter table t add constraint k check (a > 0);`,
    script: "alter table t rename constraint k to kk",
  },
  { before: t, script: "alter table t drop constraint if exists nope" },
];

const relations: readonly InverseCase[] = [
  { before: t, script: "alter table t rename to x" },
  { before: t, script: "alter table if exists t rename to x" },
  { script: "alter table if exists nope rename to x" },
  { script: "alter table if exists nope add column z int" },
  { before: `${t}${v}`, script: "alter view v rename to x" },
  { before: `${t} create index i on t (a);`, script: `alter index i rename to "I"` },
  { before: "create sequence q;", script: "alter sequence q rename to x" },
  { before: `${t} create schema z;`, script: "alter table t set schema z" },
  { before: `${t}${v} create schema z;`, script: "alter view v set schema z" },
  {
    before: `${t} grant select on t to alice, bob; grant insert on t to bob;`,
    script: "alter table t owner to bob",
  },
  { before: t, script: "alter table t enable row level security, force row level security" },
  {
    before: `${t} alter table t enable row level security;`,
    script: "alter table t enable row level security",
  },
  {
    before: `${t} alter table t enable row level security;`,
    script: "alter table t disable row level security",
  },
  {
    before: `${t}${tf} create trigger tr before insert on t for each row execute function tf();`,
    script: "alter table t disable trigger tr",
  },
  {
    before: `${t}${tf} create trigger tr before insert on t for each row execute function tf(); alter table t enable always trigger tr; create trigger tq before insert on t for each row execute function tf();`,
    script: "alter table t disable trigger user",
  },
  {
    before: `${t}${tf} create table r (x int primary key); alter table t add foreign key (a) references r; create trigger tr before insert on t for each row execute function tf();`,
    script: "alter table t disable trigger all",
  },
  {
    before: `${t} create rule r as on delete to t do instead nothing;`,
    script: "alter table t enable replica rule r",
  },
  {
    before: `${t} alter table t set (fillfactor = 50);`,
    script: "alter table t set (fillfactor = 60, autovacuum_enabled = off, toast.autovacuum_enabled = off)",
  },
  {
    before: `${t} alter table t set (fillfactor = 50, autovacuum_enabled = off);`,
    script: "alter table t reset (fillfactor)",
  },
  { before: `${t}${v}`, script: "alter view v set (check_option = local, security_barrier)" },
  {
    before: `${parts} create index on p (b); alter table p add constraint k unique (a); create table p1 (a int not null, b text);`,
    script: "alter table p attach partition p1 for values in (1, 2)",
  },
  {
    before: `${parts} create index on p (b); create table p1 partition of p for values in (1, 2);`,
    script: "alter table p detach partition p1",
  },
  { before: `${parts} create table p1 partition of p default;`, script: "alter table p detach partition p1" },
  {
    before: `${parts} create table p1 partition of p for values in (1);`,
    script: "alter table p detach partition p1 concurrently",
  },
  {
    before: `${t} create table x (a int, b text, c int default 5 not null);`,
    script: "alter table x inherit t",
  },
  {
    before: `${t} create table x (a int, b text, c int default 5 not null); alter table x inherit t;`,
    script: "alter table x no inherit t",
  },
  {
    before: `${t} alter table t add constraint k check (a > 0); create table x (b text, d int) inherits (t);`,
    script: "alter table x no inherit t",
    loses: "that these of x come from t alone, and go where it drops them: column a, column c, constraint k",
  },
  {
    before: `create table p (z int); create table t (a int); create table x () inherits (p, t);`,
    script: "alter table x no inherit t",
    loses: "that these of x come from t alone, and go where it drops them: column a",
  },
  {
    before: `create table t (a int); create table p (a int); create table x () inherits (t, p);`,
    script: "alter table x no inherit t",
    loses: "the place of t among the tables that x inherits",
  },
  {
    before: `create table t (a int); create table x (a int) inherits (t); alter table t alter a set not null;`,
    script: "alter table x no inherit t",
    since: 18,
    loses: "that these of x come from t alone, and go where it drops them: constraint t_a_not_null",
  },
  { before: "create type k as (a int); create table x (a int);", script: "alter table x of k" },
  { before: "create type k as (a int); create table x of k;", script: "alter table x not of" },
  { before: `${t} create unique index i on t (c);`, script: "alter table t replica identity using index i" },
  {
    before: `${t} create unique index i on t (c); alter table t replica identity using index i;`,
    script: "alter table t replica identity full",
  },
  { before: `${t} create index i on t (c);`, script: "alter table t cluster on i" },
  {
    before: `${t} create index i on t (c); alter table t cluster on i;`,
    script: "alter table t set without cluster",
  },
  { before: `${t} create index i on t (c);`, script: "cluster t using i" },
  { before: t, script: "alter table t set unlogged" },
  { before: "create unlogged table t (a int);", script: "alter table t set logged" },
  { before: "create table t (a int);", script: "alter table only t rename column a to b" },
  {
    before: `${fdw} create foreign table ft (a int) server s options (x '1');`,
    script: "alter foreign table ft options (set x '2', add y '3')",
  },
  {
    before: `${t}${tf} create trigger tr before insert on t for each row execute function tf();`,
    script: "alter trigger tr on t rename to x",
  },
  { before: `${t} create policy p on t;`, script: "alter policy p on t rename to x" },
  {
    before: `${t} create rule r as on delete to t do instead nothing;`,
    script: "alter rule r on t rename to x",
  },
];

const others: readonly InverseCase[] = [
  { before: f, script: "alter function f(int) rename to g" },
  { before: `${f} create schema z;`, script: "alter function f(int) set schema z" },
  { before: `${f} grant execute on function f to alice;`, script: "alter function f(int) owner to alice" },
  { before: `${f}`, script: "alter function f(int) volatile security definer set work_mem = '1MB' cost 9" },
  { before: "create type k as enum ('a', 'b');", script: "alter type k rename value 'a' to 'z'" },
  { before: "create type k as enum ('a', 'b');", script: "alter type k add value if not exists 'a'" },
  { before: "create type k as enum ('a', 'b');", script: "alter type k rename to kk" },
  { before: "create type k as enum ('a', 'b'); create schema z;", script: "alter type k set schema z" },
  { before: "create type k as enum ('a', 'b');", script: "alter type k owner to alice" },
  { before: "create type k as (a int, b text);", script: "alter type k rename attribute a to z" },
  {
    before: "create type k as (a int, b text);",
    script: "alter type k add attribute c int",
    loses: "attribute c",
  },
  {
    before: "create type k as (a int, b text); comment on column k.b is 'x';",
    script: "alter type k drop attribute b",
    loses: "attribute b",
  },
  {
    before: "create type k as (a int, b text);",
    script: "alter type k alter attribute b type varchar(4)",
    loses: "values",
  },
  { before: "create domain d as int default 4;", script: "alter domain d set default 5" },
  { before: "create domain d as int;", script: "alter domain d set default 5" },
  { before: "create domain d as int not null;", script: "alter domain d drop not null" },
  { before: "create domain d as int;", script: "alter domain d set not null" },
  { before: "create domain d as int;", script: "alter domain d add constraint k check (value > 0)" },
  { before: "create domain d as int;", script: "alter domain d add check (value > 0)" },
  {
    before:
      "create domain d as int constraint k check (value > 0); comment on constraint k on domain d is 'x';",
    script: "alter domain d drop constraint k",
  },
  {
    before: "create domain d as int; alter domain d add constraint k check (value > 0) not valid;",
    script: "alter domain d validate constraint k",
  },
  {
    before: "create domain d as int constraint k check (value > 0);",
    script: "alter domain d rename constraint k to z",
  },
  {
    before: `${t} create sequence q owned by t.a;`,
    script: "alter sequence q increment by 7 maxvalue 900 cycle owned by none",
  },
  {
    before: "create sequence q; select nextval('q'), nextval('q');",
    script: "alter sequence q restart with 50",
    loses: "value",
  },
  {
    before: `${t} alter table t enable row level security; create policy p on t for update to alice using (a = 1) with check (a = 2);`,
    script: "alter policy p on t to bob, carol using (a = 3)",
  },
  {
    before: `${t} create policy p on t for update using (a = 1); comment on policy p on t is 'x';`,
    script: "alter policy p on t with check (a = 3)",
  },
  { before: "create schema z;", script: "alter schema z rename to y" },
  { before: "create schema z;", script: "alter schema z owner to alice" },
  { before: `${t} create statistics s on a, c from t;`, script: "alter statistics s set statistics 9" },
  { before: `${fdw}`, script: "alter server s version '3' options (add a 'b')" },
  { before: `${fdw}`, script: "alter server s rename to s2" },
  { before: `${fdw}`, script: "alter foreign data wrapper w options (add a 'b')" },
  {
    before: `${fdw} create user mapping for alice server s options (u '1');`,
    script: "alter user mapping for alice server s options (set u '2', add p '3')",
  },
  {
    before: "create text search configuration tc (copy = simple);",
    script: "alter text search configuration tc alter mapping for asciiword with english_stem, simple",
  },
  {
    before: "create text search configuration tc (copy = simple);",
    script: "alter text search configuration tc drop mapping for asciiword",
  },
  {
    before: "create text search dictionary td (template = simple, stopwords = english);",
    script: "alter text search dictionary td (stopwords, accept = false)",
  },
  {
    before: "create operator family fam using btree;",
    script:
      "alter operator family fam using btree add operator 1 <(int, int), function 1 (int, int) btint4cmp(int, int)",
  },
  {
    before: `${t} create publication pub for table t; create table t3 (a int);`,
    script: "alter publication pub add table t3",
  },
  {
    before: `${t} create publication pub for table t; create table t3 (a int);`,
    script: "alter publication pub set table t3",
  },
  {
    before: `${t} create publication pub for table t (a) where (a > 4);`,
    script: "alter publication pub drop table t",
    since: 15,
  },
  {
    before: "create publication pub with (publish = 'insert');",
    script: "alter publication pub set (publish = 'insert, update')",
  },
  {
    before:
      "create function et() returns event_trigger language plpgsql as 'begin end'; create event trigger ev on ddl_command_start execute function et();",
    script: "alter event trigger ev disable",
  },
  { before: f, script: "alter function f(int) depends on extension plpgsql" },
  {
    before: "create role inv_role;",
    script: "alter role inv_role createdb connection limit 4 valid until '2030-01-01'",
  },
  {
    before:
      "create role inv_role; alter role inv_role set work_mem = '3MB'; alter role inv_role set search_path = a, b;",
    script: "alter role inv_role reset all",
  },
  {
    before: "create role inv_role; alter role inv_role set search_path = a, b;",
    script: "alter role inv_role set search_path = c",
  },
  { before: "create role inv_role;", script: "alter role inv_role set statement_timeout = '3s'" },
  { before: "create role inv_role;", script: "alter role inv_role rename to inv_other" },
  {
    before: "create extension hstore; create schema z;",
    script: "alter extension hstore set schema z",
    serverOnly: true,
  },
  { before: t, script: "set work_mem = '8MB'; analyze t; explain select * from t" },
  { before: `${t} create materialized view m as select * from t;`, script: "refresh materialized view m" },
];

const privileges: readonly InverseCase[] = [
  { before: t, script: "grant select, insert on t to alice" },
  {
    before: `${t} grant select on t to alice;`,
    script: "grant select, update on t to alice with grant option",
  },
  { before: t, script: "grant select (a), update (b) on t to alice" },
  { before: `${t} grant select (a), update (b) on t to alice;`, script: "grant select on t to alice" },
  { before: `${t} grant select (a), update (b) on t to alice;`, script: "grant all on t to alice" },
  {
    before: `${t} grant select (a) on t to alice with grant option; set role alice; grant select (a) on t to bob; reset role;`,
    script: "grant select on t to alice with grant option",
  },
  { before: `${t} grant select on t to alice;`, script: "grant all on t to alice, bob" },
  { before: `${t} grant all on t to alice;`, script: "revoke all on t from alice" },
  { before: `${t} grant all on t to alice;`, script: "revoke insert, update on t from alice" },
  { before: t, script: "revoke all on t from current_user" },
  { before: t, script: "revoke insert on t from current_user" },
  {
    before: `${t} grant all on t to alice; grant select (a) on t to alice;`,
    script: "revoke select, insert on t from alice",
  },
  {
    before: `${t} grant select on t to alice with grant option; set role alice; grant select on t to bob; reset role;`,
    script: "revoke select on t from alice cascade",
  },
  {
    before: `${t}${v} create table u (z int); grant select on u to alice;`,
    script: "grant select on all tables in schema public to alice",
  },
  { before: f, script: "revoke execute on function f(int) from public" },
  { before: f, script: "grant execute on all functions in schema public to alice" },
  { before: "create schema z;", script: "grant usage, create on schema z to alice" },
  { before: "create sequence q;", script: "grant usage on sequence q to public" },
  { before: "create type k as enum ('a');", script: "revoke usage on type k from public" },
  {
    before: fdw,
    script: "grant usage on foreign server s to alice; grant usage on foreign data wrapper w to bob",
  },
  { script: "grant usage on language plpgsql to alice" },
  { before: "create role inv_g; create role inv_m;", script: "grant inv_g to inv_m with admin option" },
  {
    before: "create role inv_g; create role inv_m; grant inv_g to inv_m;",
    script: "grant inv_g to inv_m with admin option",
  },
  {
    before: "create role inv_g; create role inv_m; grant inv_g to inv_m with admin option;",
    script: "revoke admin option for inv_g from inv_m",
  },
  {
    before: "create role inv_g; create role inv_m; grant inv_g to inv_m;",
    script: "revoke inv_g from inv_m",
  },
  {
    before: "create role inv_g; create role inv_m;",
    script: "grant inv_g to inv_m with inherit false, set true",
    since: 16,
  },
  { script: "alter default privileges in schema public grant select on tables to alice" },
  {
    before: "alter default privileges grant select on tables to bob;",
    script: "alter default privileges revoke execute on functions from public",
  },
  {
    before: "alter default privileges grant select on tables to bob;",
    script: "alter default privileges revoke select on tables from bob",
  },
  {
    before: "alter default privileges for role alice grant select on tables to bob;",
    script:
      "alter default privileges for role alice in schema public grant select on tables to bob with grant option",
  },
];

const comments: readonly InverseCase[] = [
  { before: t, script: "comment on table t is 'new'" },
  { before: `${t} comment on table t is 'it''s \\ old';`, script: "comment on table t is null" },
  { before: `${t} comment on column t.a is 'old';`, script: "comment on column t.a is 'new'" },
  { before: f, script: "comment on function f(int) is 'x'" },
  { before: f, script: "comment on function f is 'x'" },
  {
    before: "create aggregate ag(*) (sfunc = int8inc, stype = int8, initcond = '0');",
    script: "comment on aggregate ag(*) is 'x'",
  },
  {
    before: `${t} alter table t add constraint k check (a > 0);`,
    script: "comment on constraint k on t is 'x'",
  },
  {
    before: "create domain d as int constraint k check (value > 0);",
    script: "comment on constraint k on domain d is 'x'; comment on domain d is 'y'",
  },
  { before: "create schema z; comment on schema z is 'old';", script: "comment on schema z is 'new'" },
  { before: "create type k as (a int);", script: "comment on type k is 'new'" },
  {
    before: `${t} create policy p on t; create rule r as on delete to t do instead nothing;`,
    script: "comment on policy p on t is 'x'; comment on rule r on t is 'y'",
  },
  {
    before: `create operator === (leftarg = int, rightarg = int, function = int4eq);`,
    script: "comment on operator === (int, int) is 'x'",
  },
  { before: "create role inv_c;", script: "comment on role inv_c is 'x'" },
  {
    before:
      "create operator class oc for type int using btree as operator 1 <, function 1 btint4cmp(int, int);",
    script: "comment on operator class oc using btree is 'x'",
  },
];

const dropped: readonly InverseCase[] = [
  {
    before: `${t}${tf} create view v with (security_barrier) as select a, b from t; create trigger tr instead of insert on v for each row execute function tf(); create rule r as on delete to v do instead nothing; alter view v owner to alice; grant select on v to bob; comment on view v is 'x'; alter view v alter a set default 3; comment on trigger tr on v is 'y';`,
    script: "drop view v",
  },
  { before: `${t}${v} create view v2 as select a from v;`, script: "drop view v2, v" },
  { script: "drop view if exists nope; drop table if exists nope; drop function if exists nope(int)" },
  {
    before: `${t} create materialized view m with (fillfactor = 60) as select a, b from t; create unique index mi on m (a); alter materialized view m cluster on mi; comment on index mi is 'x'; grant select on m to bob;`,
    script: "drop materialized view m",
  },
  {
    before: `${f} alter function f owner to alice; grant execute on function f to bob; revoke execute on function f from public; comment on function f is 'x';`,
    script: "drop function f(int)",
  },
  {
    before: `${f} alter default privileges revoke execute on functions from public; alter default privileges grant execute on functions to carol;`,
    script: "drop function f",
  },
  {
    before: "create procedure p(a int, inout b text) language sql as 'select b';",
    script: "drop procedure p",
  },
  {
    before: `${t} create unique index i on t (c desc) include (b) with (fillfactor = 60); comment on index i is 'x'; alter table t cluster on i; alter table t replica identity using index i;`,
    script: "drop index i",
  },
  { before: `${t} create index i on t (a);`, script: "drop index concurrently i" },
  {
    before: `${t}${tf} create trigger tr before update of a on t for each row when (new.a > 1) execute function tf('x'); alter table t enable replica trigger tr; comment on trigger tr on t is 'x';`,
    script: "drop trigger tr on t",
  },
  {
    before: `${t} create rule r as on update to t where old.a = 1 do also select 1; comment on rule r on t is 'x';`,
    script: "drop rule r on t",
  },
  {
    before: `${t} create policy "P p" on t as restrictive for insert to alice, bob with check (a > 0); comment on policy "P p" on t is 'x';`,
    script: `drop policy "P p" on t`,
  },
  { before: `${t} create policy q on t;`, script: "drop policy if exists q on t" },
  {
    before:
      "create sequence q as smallint increment 3 start 5 maxvalue 99 cycle; grant usage on sequence q to alice; comment on sequence q is 'x';",
    script: "drop sequence q",
    loses: "value",
  },
  {
    before:
      "create type k as enum ('b', 'a'); alter type k add value 'c' before 'a'; comment on type k is 'x'; alter type k owner to alice;",
    script: "drop type k",
  },
  {
    before: `create type k as (a int, "B" varchar(5) collate "C"); comment on column k.a is 'x';`,
    script: "drop type k",
  },
  {
    before: `create type k as range (subtype = text, collation = "C", multirange_type_name = kk);`,
    script: "drop type k",
  },
  {
    before: `create domain d as varchar(10) collate "C" default 'x' not null constraint k check (value <> ''); comment on domain d is 'x'; comment on constraint k on domain d is 'y';`,
    script: "drop domain d",
  },
  {
    before:
      "create schema z authorization alice; grant usage on schema z to bob; comment on schema z is 'x';",
    script: "drop schema z",
  },
  {
    before: "create extension hstore; comment on extension hstore is 'x';",
    script: "drop extension hstore",
    serverOnly: true,
  },
  {
    before: `${t} create statistics s (ndistinct) on a, c from t; alter statistics s set statistics 5; comment on statistics s is 'x';`,
    script: "drop statistics s",
  },
  {
    before:
      "create function et() returns event_trigger language plpgsql as 'begin end'; create event trigger ev on ddl_command_end when tag in ('CREATE TABLE') execute function et(); alter event trigger ev enable always;",
    script: "drop event trigger ev",
  },
  {
    before:
      "create function cf(bool) returns bit language sql as 'select b''1'''; create cast (bool as bit) with function cf(bool) as assignment;",
    script: "drop cast (bool as bit)",
  },
  { before: `${t}${v}`, script: "drop view v cascade" },
];

const scripts: readonly InverseCase[] = [
  {
    script: `create table x (id int primary key, b text); create index on x (b); comment on table x is 'x'; grant select on x to alice;
      insert into x values (1, 'a'); alter table x add column c int; alter table x rename column c to d; alter table x enable row level security`,
    loses: "rows",
  },
  { before: t, script: "create table tmp (a int); insert into tmp values (1); drop table tmp" },
  {
    before: t,
    script:
      "create table n (a int); alter table n rename to m; comment on table m is 'x'; create index mi on m (a)",
    loses: "rows",
  },
  {
    before: `${t}${v}`,
    script: "drop view v; alter table t rename column b to bb; create view v as select a, bb from t",
  },
  {
    before: t,
    script: `create table x (a int); create function xf() returns trigger language plpgsql as 'begin return new; end'; create trigger xt before insert on x for each row execute function xf(); drop trigger xt on x`,
    loses: "rows",
  },
  {
    before: t,
    script: `create table x (a int); create function xf() returns trigger language plpgsql as 'begin return new; end'; create trigger xt before insert on x for each row execute function xf()`,
    loses: "rows",
  },
  {
    script:
      "create table x (a int); create table y (a int primary key); alter table x add constraint fk foreign key (a) references y; create role inv_r; grant select on x to inv_r",
    loses: "rows",
  },
  {
    script: "create sequence q; create table x (a int default nextval('q')); alter sequence q owned by x.a",
    loses: "rows",
  },
  {
    script:
      "create schema z; set search_path to z; create table x (a int); create index i on x (a); create function g() returns int language sql as 'select 1'; set search_path to public; create table w (a int)",
    loses: "rows",
  },
  {
    before: "create schema z; create table z.x (a int); create table x (a int);",
    script: "select pg_catalog.set_config('search_path', 'z', false); alter table x add column b int",
    loses: "values",
  },
  {
    before: t,
    script: "alter table t owner to alice; set role alice; grant select on t to bob; reset role",
  },
  {
    before: parts,
    script: "create table p1 (a int not null, b text); alter table p attach partition p1 for values in (1)",
    loses: "rows",
  },
  {
    before: t,
    script:
      "alter table t add column d int; alter table t alter d set not null; alter table t add constraint k check (d > 0); alter table t rename d to e",
    loses: "values",
  },
  { script: "create type k as enum ('a'); alter type k rename to kk; create table x (a kk)", loses: "rows" },
  {
    before: t,
    script:
      "create view v as select a from t; create or replace view v as select a, b from t; grant select on v to alice",
  },
];

/** Names with capitals, quotes, dots, backslashes and reserved words. */
const oddTable = String.raw`"S.""s"."T'\t"`;
const odd = `create schema "S.""s"; create table ${oddTable} ("a.""b" int default 1 not null, "select" text);`;
const names: readonly InverseCase[] = [
  { before: odd, script: `alter table ${oddTable} rename to "it's"` },
  { before: odd, script: `alter table ${oddTable} set schema public` },
  { before: odd, script: `alter table ${oddTable} rename column "a.""b" to "x""y"` },
  { before: odd, script: `alter table ${oddTable} add column "é $1" text`, loses: "values" },
  {
    before: odd,
    script: `alter table ${oddTable} drop column "a.""b"`,
    loses: 'of "S.""s"."T\'\\t", and its place',
  },
  {
    before: odd,
    script: `alter table ${oddTable} alter "a.""b" type bigint, alter "select" set not null`,
    loses: "values",
  },
  { before: odd, script: `alter table ${oddTable} add check ("a.""b" > 0), add unique ("select")` },
  {
    before: odd,
    script: String.raw`create index "I\i" on ${oddTable} ("select"); comment on index "S.""s"."I\i" is 'x'`,
  },
  {
    before: `${odd} comment on column ${oddTable}."a.""b" is E'back\\\\slash and ''quote';`,
    script: `comment on column ${oddTable}."a.""b" is null`,
  },
  { before: odd, script: `grant select ("select"), update on ${oddTable} to alice` },
  { before: odd, script: `create policy "p""p" on ${oddTable} using ("select" = 'x')` },
  {
    before: `${odd} create policy "p""p" on ${oddTable} using ("select" = 'x'); comment on policy "p""p" on ${oddTable} is 'it''s';`,
    script: `drop policy "p""p" on ${oddTable}`,
  },
  {
    before: `${odd} create view "V.v" as select * from ${oddTable};`,
    script: `create or replace view "V.v" as select *, 1 as "n""n" from ${oddTable}`,
  },
  {
    before: `create function "F.f"("A" int) returns int language sql as 'select 1';`,
    script: `drop function "F.f"(int)`,
  },
  {
    before: String.raw`create type "E.e" as enum ('it''s', 'b\c');`,
    script: `alter type "E.e" rename value 'it''s' to 'x'; drop type "E.e"`,
  },
  {
    script: `create schema "Z z"; set search_path to "Z z", public; create table "X x" (a int); alter table "X x" rename to y`,
    loses: "rows",
  },
];

export const inverseCases: readonly InverseCase[] = [
  ...created,
  ...columns,
  ...constraints,
  ...relations,
  ...others,
  ...privileges,
  ...comments,
  ...dropped,
  ...scripts,
  ...names,
];

/** Statements without an evident inverse, and part of the reason. */
export const withoutInverse: readonly (readonly [before: string, script: string, reason: string])[] = [
  [t, "insert into t (a) values (1)", "rows"],
  [t, "update t set a = 1", "rows"],
  [t, "delete from t", "rows"],
  [t, "truncate t", "rows"],
  ["", "do 'begin end'", "code"],
  ["create type k as enum ('a');", "alter type k add value 'b'", "cannot remove value 'b'"],
  [t, "drop table t", "table t is gone with its rows"],
  [`${t}${v}`, "drop table t cascade", "table t is gone"],
  [`${t}${v} create view v2 as select * from v;`, "drop view v cascade", "needs view v"],
  [`${t}${v}`, "alter table t drop column b cascade", "needs column b of t"],
  [
    `${t}${v} create view v2 as select * from v;`,
    "create or replace view v as select a, b, 1 as c from t",
    "something needs it",
  ],
  ["create role inv_pw;", "alter role inv_pw password 'x'", "password"],
  ["create role inv_d;", "drop role inv_d", "password"],
  ["", "select pg_catalog.pg_advisory_xact_lock(1)", "functions"],
  ["create aggregate ag(int) (sfunc = int4pl, stype = int);", "drop aggregate ag(int)", "does not print"],
  [
    "create table p (a int, b int generated always as (a + 1) stored);",
    "alter table p alter b drop expression",
    "generated",
  ],
];
