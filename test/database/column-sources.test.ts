/** Where a view's columns come from, read out of PostgreSQL's own query trees. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { columnSources } from "../../src/database/lineage/column-sources.ts";
import { EVERYWHERE, type FreshDatabase, freshDatabase } from "../servers/database.ts";

const schema = [
  `create table t (a int, "b b" text, c numeric, gone int)`,
  "alter table t drop column gone",
  "alter table t add column d date default '2020-01-01'",
  "create function f(int) returns int language sql as 'select 1'",
  "create function g() returns table (x int, y text) language sql as $$select 1, 'a'$$",
];

describe.each(EVERYWHERE)("on %s", (where) => {
  let database: FreshDatabase | undefined;
  beforeAll(async () => {
    database = await freshDatabase(where);
    await database.batch(schema);
  });
  afterAll(() => database?.drop());

  /** By column: `= t.a` handed on, else all that goes into it. */
  async function sourcesOf(query: string): Promise<readonly string[]> {
    if (database === undefined) throw new Error("the database is not there before the tests run");
    const rows = await database.batch([
      "begin",
      `create view v as ${query}`,
      "select ev_action::text as tree from pg_rewrite where ev_class = 'v'::regclass",
      `select 'relation' as "of", a.attrelid::int as oid, a.attnum::int as number, c.relname || '.' || a.attname as name
         from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relnamespace = 'public'::regnamespace and a.attnum > 0
       union all select 'function', oid::int, 0, proname || '()' from pg_proc where pronamespace = 'public'::regnamespace`,
      "rollback",
    ]);
    const names = new Map(
      (rows[3] ?? []).map((row) => [`${row.of} ${row.oid} ${row.number}`, `${row.name}`]),
    );
    return columnSources(`${rows[2]?.[0]?.tree}`).map(({ copied, sources }) => {
      const all = sources.map(({ of, oid, number }) => names.get(`${of} ${oid} ${number}`) ?? "?").sort();
      const one = copied === null ? null : names.get(`${copied.of} ${copied.oid} ${copied.number}`);
      return one === null ? all.join(" ") : `= ${[one, ...all.filter((name) => name !== one)].join(" ")}`;
    });
  }

  test.each([
    ["columns as they are, and a dropped one between", "select a, d from t", ["= t.a", "= t.d"]],
    ["names with spaces, constants, expressions", `select "b b" || 'x' as e, 1 as one from t`, ["t.b b", ""]],
    ["a cast is no copy", "select a::bigint as a, c::text as c from t", ["t.a", "t.c"]],
    ["aliases and joins", "select x.a, y.c from t x join t y on x.a = y.a", ["= t.a", "= t.c"]],
    ["USING and outer joins", "select a, x.c from t x full join t y using (a)", ["t.a", "= t.c"]],
    [
      "subqueries and WITH",
      "with q as (select a, c * 2 as e from t) select s.a, s.e from (select * from q) s",
      ["= t.a", "t.c"],
    ],
    [
      "groups and windows",
      `select a, sum(c) as s, count(*) as n, rank() over (order by c) as r from t group by a, c`,
      ["= t.a", "t.c", "", ""],
    ],
    ["grouped expressions", 'select upper("b b") as u from t group by upper("b b")', ["t.b b"]],
    [
      "set operations have a type of their own",
      "select a, c from t union all select a, 0 from t",
      ["t.a", "t.c"],
    ],
    ["scalar subqueries", "select (select max(c) from t i where i.a = o.a) as m from t o", ["t.c"]],
    [
      "functions",
      "select f(a) as called, f(a) + 1 as more, r.y from t, g() r",
      ["= f() t.a", "f() t.a", "g()"],
    ],
    [
      "LATERAL and VALUES",
      "select l.e, w.z from t, lateral (select t.a + 1 as e) l, (values (1), (2)) w(z)",
      ["t.a", ""],
    ],
    [
      "recursion",
      "with recursive r (n, k) as (select a, 1 from t union all select n, k + 1 from r where k < 3) select n, k from r",
      ["t.a", ""],
    ],
  ])("%s", async (_, query, expected) => {
    expect(await sourcesOf(query)).toEqual(expected);
  });
});
