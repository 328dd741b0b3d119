/** The snapshot that the proof rests on: it knows every catalog column, and it sees what it must see. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { differences } from "../../src/snapshot/differences.ts";
import { takeSnapshot, unknownIn } from "../../src/snapshot/snapshot.ts";
import { EVERYWHERE, type FreshDatabase, freshDatabase, resetDatabase } from "../servers/database.ts";

test("a catalog or column that nobody thought of is an error with its name", () => {
  expect(unknownIn("pg_class", ["relfuture"], 18).join()).toContain("column pg_class.relfuture is not known");
  expect(unknownIn("pg_future", ["oid"], 18)).toEqual([
    "catalog pg_future is not known: say in src/snapshot/catalogs how it is compared",
  ]);
  // It is known for later versions alone.
  expect(unknownIn("pg_class", ["relallfrozen"], 17).join()).toContain("pg_class.relallfrozen is not known");
});

describe.each(EVERYWHERE)("on %s", (where) => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase(where);
  });
  afterAll(() => database.drop());

  const schema = [
    "create table t (a int, b text)",
    "create view v as select a, b from t",
    "create materialized view m as select a, b from v",
    "create unique index i on m (a)",
    "create function f(a int) returns int language sql as 'select a'",
    "create function tf() returns trigger language plpgsql as 'begin return new; end'",
    "create trigger g instead of insert on v for each row execute function tf('x')",
    "create rule r as on update to v do instead nothing",
    "create policy p on t using (a = 1)",
    "create statistics s on a, b from m",
  ];

  test("what is equal has no differences, and oids are not looked at", async () => {
    await resetDatabase(database);
    await database.batch(schema);
    const first = await takeSnapshot(database);
    expect(differences(first, await takeSnapshot(database))).toEqual([]);
    await resetDatabase(database);
    await database.batch(schema);
    expect(differences(first, await takeSnapshot(database))).toEqual([]);
  });

  test.each([
    ["grant select on v to alice with grant option", "view public.v: pg_class.relacl: "],
    ["grant select (a) on v to public", "view public.v: column a pg_attribute.attacl: "],
    ["revoke select on v from postgres", "view public.v: pg_class.relacl: "],
    [
      "comment on column v.b is 'x'",
      'view public.v: column b comment pg_description.description: nothing -> "x"',
    ],
    ["comment on trigger g on v is 'x'", "trigger g on public.v: comment pg_description.description: "],
    ["alter view v set (security_barrier)", "view public.v: pg_class.reloptions: "],
    ["alter view v alter a set default 7", 'view public.v: column a pg_attrdef.adbin: nothing -> "7"'],
    [
      "alter function f owner to alice",
      'function public.f(integer): pg_proc.proowner: "postgres" -> "alice"',
    ],
    [
      "alter function f depends on extension plpgsql",
      "function public.f(integer): needs extension plpgsql pg_depend.deptype: ",
    ],
    [
      "alter materialized view m alter b set storage external",
      "materialized view public.m: column b pg_attribute.attstorage: ",
    ],
    ["alter materialized view m cluster on i", "index public.i: pg_index.indisclustered: "],
    [
      "alter materialized view m set (toast.autovacuum_enabled = off)",
      "materialized view public.m: pg_class.reltoastrelid: ",
    ],
    ["alter statistics s set statistics 7", "statistics object public.s: pg_statistic_ext.stxstattarget: "],
    ["grant usage on type v to alice", "type public.v: pg_type.typacl: "],
    ["drop rule r on v", "rule r on public.v: is gone"],
    ["alter policy p on t to alice", "policy p on public.t: needs role alice pg_shdepend.deptype: "],
    ["create event trigger e on ddl_command_end execute function te()", "event trigger e: is new"],
  ])("sees %s", async (change, expected) => {
    await resetDatabase(database);
    await database.batch([
      ...schema,
      "create function te() returns event_trigger language plpgsql as 'begin end'",
    ]);
    const before = await takeSnapshot(database);
    await database.batch([change]);
    const found = differences(before, await takeSnapshot(database));
    expect(found.filter((line) => line.startsWith(expected))).not.toEqual([]);
  });
});
