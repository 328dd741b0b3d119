/** What would go along with a schema is what PostgreSQL itself says of a DROP SCHEMA … CASCADE, as far as it stands outside. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Notice } from "../../src/database/database.ts";
import { readOutsideDependents, readSchemaContents } from "../../src/tenants/schema-contents.ts";
import { type FreshDatabase, freshDatabase } from "../servers/database.ts";

const inside = [
  "create schema x",
  "create type x.mood as enum ('a')",
  "create domain x.d as int check (value > 0)",
  "create type x.comp as (a int)",
  "create table x.t (id int generated always as identity primary key, s serial, m x.mood, txt text, unique (txt))",
  "create table x.child (id int references x.t)",
  "create table x.part (a int) partition by list (a)",
  "create table x.part1 partition of x.part for values in (1)",
  "create view x.v as select * from x.t",
  "create materialized view x.mv as select 1 as a",
  "create function x.f(a int) returns int language sql immutable return a + 1",
  "create function x.tg() returns trigger language plpgsql as 'begin return new; end'",
  "create function x.et() returns event_trigger language plpgsql as 'begin end'",
  "create trigger tr before insert on x.t for each row execute function x.tg()",
  "alter table x.t enable row level security",
  "create policy p on x.t using (x.f(1) = 2)",
  "create index on x.t (x.f(id))",
  "create statistics x.st on id, txt from x.t",
  "create aggregate x.agg(int) (sfunc = int4pl, stype = int)",
  "create operator x.=== (leftarg = int, rightarg = int, function = int4eq)",
  "create publication pub for table x.t",
  "alter default privileges in schema x grant select on tables to public",
  "create cast (x.mood as int) with inout",
  'create collation x.col from "C"',
  "insert into x.t (txt) select g::text from generate_series(1, 1000) g",
  "analyze x.t, x.child, x.part, x.mv",
];

const outside = [
  "create view public.v as select * from x.t",
  "create view public.vv as select * from public.v",
  `create table public.r (id int references x.t, m x.mood, k int, df int default x.f(2),
     g int generated always as (x.f(1)) stored, constraint ck check (x.f(k) > 0))`,
  "create table public.part2 partition of x.part for values in (2)",
  "create table public.inh () inherits (x.child)",
  "create table public.typed of x.comp",
  "create table public.whole (t x.t)",
  "create function public.g(a x.mood) returns int language sql return 1",
  "create trigger tr before insert on public.r for each row execute function x.tg()",
  "alter table public.r enable row level security",
  "create policy p on public.r using (x.f(k) = 2)",
  "create index ri on public.r (x.f(k))",
  "create rule ru as on insert to public.r do also select x.f(1)",
  "create domain public.dd as x.d",
  "create event trigger et on ddl_command_end execute function x.et()",
  "create type public.a as (i int)",
  "create function x.cf(public.a) returns int language sql immutable return 1",
  "create cast (public.a as int) with function x.cf(public.a)",
  // What the schema itself needs from outside stays.
  "create view x.inside as select * from public.r",
];

/** CASCADE says these of the partition's table alone. */
const silent = ["table public.part2"];

describe.each([15, 18, "embedded"] as const)("on %s", (where) => {
  let database: FreshDatabase;
  const notices: Notice[] = [];
  beforeAll(async () => {
    database = await freshDatabase(where, { onNotice: (notice) => notices.push(notice) });
    await database.batch(inside);
  });
  afterAll(() => database.drop());

  const look = async <T>(work: () => Promise<T>): Promise<T> => {
    await database.batch(["begin", "set local search_path = pg_catalog"]);
    try {
      return await work();
    } finally {
      await database.batch(["rollback"]);
    }
  };

  test("a schema that nobody else needs", async () => {
    expect(await look(() => readOutsideDependents(database, "x"))).toEqual([]);
    const contents = await look(() => readSchemaContents(database, "x"));
    expect(contents?.objects.map(({ kind, count }) => `${count} ${kind}`)).toEqual([
      "1 aggregate",
      "1 collation",
      "3 function",
      "1 materialized view",
      "1 operator",
      "2 sequence",
      "1 statistics object",
      "4 table",
      "3 type",
      "1 view",
    ]);
    expect(contents?.rows).toBe(1001);
    expect(contents?.bytes).toBeGreaterThan(50_000);
    expect(await look(() => readSchemaContents(database, "y"))).toBeNull();
  });

  test("what PostgreSQL would drop outside of it", async () => {
    await database.batch(outside);
    const found = await look(() => readOutsideDependents(database, "x"));
    notices.length = 0;
    await look(() => database.batch(["drop schema x cascade"]));
    const told = notices.flatMap(({ detail = "" }) => detail.split("\n"));
    expect(told.length).toBeGreaterThan(found.length);
    // What it names last is where it stands, but for functions, whose arguments stand last, and casts.
    const isInside = (line: string) =>
      /^(function|aggregate|operator) x\./.test(line) ||
      /^cast from x\./.test(line) ||
      (!/^(function|cast)/.test(line) && / x\.\S+$/.test(line));
    const elsewhere = told
      .map((line) => line.replace(/^drop cascades to /, ""))
      .filter((line) => !isInside(line));
    expect(found).toEqual([...elsewhere, ...silent].sort());
    expect(found.length).toBeGreaterThan(17);
  });
});
