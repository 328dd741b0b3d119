/** What strangers have made on a migrated target, and the migrations that meet it there. */

export interface StrangerCase {
  readonly name: string;
  /** The first migration. */
  readonly base: string;
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
  /** Given to the migration as --around. */
  readonly around?: string;
  /** Runs as well on what the last migration made. */
  readonly strangers: string;
  /** Costs that must be allowed. */
  readonly allow?: string;
  /** The block runs also without anything being carried, and would lose nothing. */
  readonly runsAnyway?: true;
  /** Where it does not run, and why. */
  readonly notOn?: Readonly<Record<string, string>>;
}

const table =
  "create table t (id int primary key, a int, b text);\ninsert into t values (1, 2, 'x'), (2, 3, 'y');";

const retyped = {
  before: { "v.sql": "create view v as select id, a from t;" },
  after: { "v.sql": "create view v as select id, a::bigint as a from t;" },
};

export const strangerCases: readonly StrangerCase[] = [
  {
    name: "a view with everything that hangs on it",
    base: table,
    ...retyped,
    strangers: `create view theirs (id, plus) with (security_barrier = true) as select id, id + 1 from v where a > 0;
      alter view theirs owner to alice;
      grant select on v to alice;
      grant select on theirs to bob with grant option;
      grant select (plus) on theirs to public;
      comment on view theirs is 'of a stranger';
      comment on column theirs.plus is 'one more';
      alter view theirs alter column id set default 7;
      create function fill() returns trigger language plpgsql as $$ begin return new; end $$;
      create trigger into_theirs instead of insert on theirs for each row execute function fill();
      comment on trigger into_theirs on theirs is 'nothing';
      create rule never as on delete to theirs do instead nothing;`,
  },
  {
    name: "a chain whose columns change with the block's",
    base: table,
    ...retyped,
    strangers: `create view theirs as select * from v;
      create view further as select a, (a + 1) as next, sum(a) over () as all_of_it from theirs;
      alter view further owner to bob;
      grant select on theirs to bob;
      create view beside as select count(*) from further;`,
  },
  {
    name: "a materialized view with indexes, statistics and rows",
    base: table,
    ...retyped,
    strangers: `create materialized view theirs as select id, id % 2 as odd, a from v;
      create unique index theirs_id on theirs (id);
      create index theirs_odd on theirs (odd) where odd = 1;
      comment on index theirs_odd is 'odd ones';
      create statistics theirs_both on id, odd from theirs;
      alter materialized view theirs owner to carol;
      grant select on v to carol;
      grant select on theirs to alice;
      comment on materialized view theirs is 'kept';
      create materialized view empty as select id from theirs with no data;
      create view reads as select id from theirs;`,
    allow: "repopulate",
  },
  {
    name: "functions, policies, triggers, rules, defaults, checks and indexes over a function of the block",
    base: `${table}\ncreate table u (id int, n bigint);`,
    before: { "f.sql": "create function f(x int) returns int language sql immutable return x + 1;" },
    after: { "f.sql": "create function f(x int) returns bigint language sql immutable return x + 1;" },
    strangers: `create view theirs as select f(id)::numeric as n from t;
      create function calls() returns numeric language sql begin atomic select f(1)::numeric; end;
      comment on function calls() is 'calls';
      alter function calls() owner to alice;
      revoke execute on function calls() from public;
      grant execute on function f(int) to alice;
      alter table u enable row level security;
      create policy seen on u for select to bob using (f(id) > 1);
      comment on policy seen on u is 'some';
      alter table u alter column n set default f(3);
      alter table u add constraint positive check (f(id) > 0);
      comment on constraint positive on u is 'one up';
      create index u_f on u (f(id));
      create rule log_it as on insert to u where f(new.id) > 100 do also select f(1);
      create function touched() returns trigger language plpgsql as $$ begin return new; end $$;
      create trigger often before insert on u for each row when (f(new.id) > 5) execute function touched();
      alter table u disable trigger often;`,
    allow: "rebuild-index,revalidate",
  },
  {
    name: "attachments on what the block makes anew",
    base: table,
    before: {
      "v.sql":
        "create view v as select id, a from t;\ngrant select on v to alice;\ncomment on view v is 'ours';",
      "m.sql": "create materialized view m as select id, a from t;\ncreate index m_id on m (id);",
      "f.sql": "create function f(x int) returns int language sql return x;",
    },
    after: {
      "v.sql": "create view v as select id, a::bigint as a from t;\ncomment on view v is 'ours, new';",
      "m.sql":
        "create materialized view m as select id, a::bigint as a from t;\ncreate index m_id on m (id);",
      "f.sql": "create function f(x int) returns bigint language sql return x;",
    },
    strangers: `grant select, update on v to bob;
      comment on column v.a is 'theirs';
      alter view v alter column a set default 3;
      alter view v set (security_barrier = true);
      create function fill() returns trigger language plpgsql as $$ begin return new; end $$;
      create trigger into_v instead of insert on v for each row execute function fill();
      create rule nothing_goes as on delete to v do instead nothing;
      create index m_a on m (a);
      comment on index m_a is 'theirs';
      create statistics m_both on id, a from m;
      alter materialized view m owner to carol;
      grant select on t to carol;
      grant select on m to bob;
      alter materialized view m alter column a set statistics 7;
      revoke execute on function f(int) from public;
      grant execute on function f(int) to bob;
      alter function f(int) owner to alice;
      comment on function f(int) is 'theirs';`,
    allow: "repopulate",
  },
  {
    name: "options of a view that the block replaces, and of one that it binds again",
    base: table,
    before: {
      "v.sql": "create view v as select id, a from t;",
      "w.sql": "create view w as select * from v;",
      "x.sql": "create view x as select id from t;",
    },
    after: {
      "v.sql": "create view v as select id, a, b from t;",
      "w.sql": "create view w as select * from v;",
      "x.sql": "create view x as select id from t where a > 0;",
    },
    strangers: `alter view v set (security_barrier = true);
      alter view w set (check_option = local);
      alter view x set (security_barrier = true);`,
  },
  {
    name: "views, materialized views, policies and functions on a column that the block retypes",
    base: `${table}\ncreate table owned (id int) ;`,
    before: { "v.sql": "create view v as select id, a from t;" },
    after: { "v.sql": "create view v as select id, a from t;" },
    around: "alter table t alter column a type bigint;",
    strangers: `create view theirs as select id, a * 2::bigint as twice from t;
      alter view theirs owner to bob;
      grant select on t to bob;
      grant select on theirs to alice;
      comment on column theirs.twice is 'doubled';
      create materialized view counted as select a::text as a from t;
      create unique index counted_a on counted (a);
      create view above as select a from counted;
      alter table t enable row level security;
      create policy few on t for select to bob using (a > 1);
      create function reads() returns bigint language sql begin atomic select count(a) from t; end;
      create function touched() returns trigger language plpgsql as $$ begin return new; end $$;
      create trigger changed before update of a on t for each row execute function touched();`,
    allow: "repopulate",
  },
  {
    name: "a reader of a materialized view that the block drops and makes again",
    base: table,
    before: {
      "m.sql": "create materialized view m as select id, a from t;\ncreate unique index m_id on m (id);",
    },
    after: {
      "m.sql": "create materialized view m as select id, a from t;\ncreate unique index m_id on m (id);",
    },
    around: "alter table t alter column a type bigint;",
    strangers: `create view theirs as select id, a::numeric as a from m;
      comment on view theirs is 'theirs';
      grant select on m to bob;
      create materialized view further as select id from theirs;
      create index further_id on further (id);`,
    allow: "repopulate",
  },
  {
    name: "a view becomes a materialized one under a stranger's view",
    base: table,
    before: { "v.sql": "create view v as select id, a from t;" },
    after: { "v.sql": "create materialized view v as select id, a from t;" },
    strangers:
      "create view theirs as select a from v;\ngrant select on v to bob;\ngrant select on theirs to alice;",
  },
  {
    name: "a table's column of the row type, and a function over it",
    base: table,
    ...retyped,
    strangers: `create function over_rows(one v) returns int language sql as 'select one.id';
      comment on function over_rows(v) is 'rows';
      grant execute on function over_rows(v) to alice;
      create view theirs as select over_rows(v) as id from v;
      create table holds (id int, one v);`,
  },
];

export interface RefusedCase extends Omit<StrangerCase, "allow"> {
  /** What is told. */
  readonly says: readonly string[];
}

export const refusedCases: readonly RefusedCase[] = [
  {
    name: "a column that goes",
    base: table,
    before: { "v.sql": "create view v as select id, a from t;" },
    after: { "v.sql": "create view v as select id from t;" },
    strangers: "create view theirs as select a from v;\nalter view theirs owner to bob;",
    says: [
      'column "a" cannot go: view public.theirs, owned by bob, uses it',
      "drop view public.theirs first",
    ],
  },
  {
    name: "a view that goes",
    base: table,
    before: { "v.sql": "create view v as select id, a from t;" },
    after: {},
    strangers: "create view theirs as select a from v;\nalter view theirs owner to bob;",
    says: ["view public.v cannot be dropped: view public.theirs, owned by bob, needs it (it uses a)"],
  },
  {
    name: "a trigger on a view that becomes a materialized one",
    base: `${table}\ncreate function fill() returns trigger language plpgsql as $$ begin return new; end $$;`,
    before: { "v.sql": "create view v as select id, a from t;" },
    after: { "v.sql": "create materialized view v as select id, a from t;" },
    strangers: "create trigger into_v instead of insert on v for each row execute function fill();",
    says: ["trigger into_v on public.v", "would be lost"],
  },
  {
    name: "a materialized view whose rows would be made again",
    base: table,
    ...retyped,
    strangers: "create materialized view theirs as select id from v;",
    says: ["materialized view public.theirs", "--allow repopulate was not given"],
  },
  {
    name: "a table whose values would be lost",
    base: table,
    before: { "v.sql": "create view v as select id, a from t;" },
    after: { "v.sql": "create view v as select id from t;" },
    strangers:
      "create table holds (one v);\ninsert into holds values (row(1, 2));\nalter table holds owner to bob;",
    says: ['column "a" cannot go: column "one" of table public.holds, owned by bob'],
  },
  {
    name: "a partition key",
    base: table,
    before: { "f.sql": "create function f(x int) returns int language sql immutable return x + 1;" },
    after: { "f.sql": "create function f(x int) returns bigint language sql immutable return x + 1;" },
    strangers: "create table parted (id int) partition by range (f(id));",
    says: ["the partition key of table"],
  },
];
