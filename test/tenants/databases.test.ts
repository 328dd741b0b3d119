/** Matrices whose values are asked of the target. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FreshDatabase, freshDatabase, type Where } from "../servers/database.ts";
import { mistakesOf, scopesOf } from "./support.ts";

const everywhere: readonly Where[] = [15, 18, "embedded"];

describe.each(everywhere)("on %s", (where) => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase(where);
    await database.batch([
      "create table public.tenants (name text, region text, seats int, quota numeric, since timestamptz, more jsonb, active bool)",
      `insert into public.tenants values
         ('acme', 'eu', 3, 1.50, '2024-01-02 03:04:05+00', '{"a": [1]}', true),
         ('O''Neill $1 "x" :y', 'us', null, null, null, null, true), ('gone', 'eu', 1, 1, null, null, false)`,
      "create schema tenant_a",
      'create schema "tenant_B c"',
      "create schema tenant",
      "create schema migrator",
    ]);
  });
  afterAll(() => database.drop());

  test("a query: rows as they are", async () => {
    const query = "select name as schema, seats, quota, since, more from tenants where active; -- all";
    const scopes = await scopesOf({ matrices: { tenant: { query } }, database });
    expect(scopes.map(({ schema, variables }) => [schema, variables.tenant])).toEqual([
      [
        'O\'Neill $1 "x" :y',
        { schema: 'O\'Neill $1 "x" :y', seats: null, quota: null, since: null, more: null },
      ],
      [
        "acme",
        { schema: "acme", seats: 3, quota: "1.50", since: "2024-01-02T03:04:05.000Z", more: { a: [1] } },
      ],
    ]);
  });

  test("a query inside another matrix: its values are parameters", async () => {
    const query = `select name, ':region' as "a:region", :region_more::jsonb ->> 'x' as x from public.tenants
      where region = :region and not :region = 'x' -- :region`;
    const scopes = await scopesOf({
      matrices: {
        region: {
          values: [{ name: "eu", more: { x: "$$';--" } }, { name: "u'", more: null }, { name: "us" }],
        },
        tenant: { of: "region", query: query.replace('"a:region"', "a") },
      },
      database,
    }).catch((error: unknown) => error);
    // The third value has no member `more`.
    expect(String(scopes)).toContain("has no parameter :region_more");
    const sound = await scopesOf({
      matrices: {
        region: {
          values: [
            { name: "eu", more: { x: "$$';--" } },
            { name: "u'", more: null },
          ],
        },
        tenant: { of: "region", query: query.replace('"a:region"', "a") },
      },
      database,
    });
    expect(sound.map(({ key, variables }) => [key, variables.a, variables.x])).toEqual([
      ["eu/acme", ":region", "$$';--"],
      ["eu/gone", ":region", "$$';--"],
    ]);
  });

  test("schemas that match", async () => {
    const all = await scopesOf({ matrices: { tenant: { schemas: "*" } }, database });
    expect(all.map(({ key }) => key)).toEqual(["public", "tenant", "tenant_B c", "tenant_a"]);
    const some = await scopesOf({ matrices: { tenant: { schemas: "tenant_?*" } }, database });
    expect(some.map(({ schema }) => schema)).toEqual(["tenant_B c", "tenant_a"]);
  });

  test("what a query must not do", async () => {
    const of = (query: string) => mistakesOf({ matrices: { tenant: { query } }, database });
    expect(await of("delete from public.tenants returning name")).toEqual([
      "migrator.json:4:16 the query of the matrix tenant failed: cannot execute DELETE in a read-only transaction",
    ]);
    expect(await of("select 'a' as name; drop table public.tenants")).toEqual([
      "migrator.json:4:16 the query of the matrix tenant failed: cannot insert multiple commands into a prepared statement",
    ]);
    expect(await of("select nme from public.tenants")).toEqual([
      'migrator.json:4:16 the query of the matrix tenant failed: column "nme" does not exist',
    ]);
    expect(await of("select 'a'")).toEqual([
      'migrator.json:4:16 value 1 of the matrix tenant: the member "?column?": the name of a variable has letters, digits and underscores alone, and begins with no digit',
    ]);
    expect(await of("select 'a' as name, '\\x01'::bytea as b")).toEqual([
      'migrator.json:4:16 row 1 of the query of the matrix tenant: "b" is no text, number or JSON',
    ]);
    expect(await of(`select 'a' as name, '{"secret":{"command":["id"]}}'::jsonb as pw`)).toEqual([
      'migrator.json:4:16 value 1 of the matrix tenant: the member "pw" declares a secret, which what stands in a database may not',
    ]);
    // It left no transaction open, and changed nothing.
    const rows = await database.query("select pg_catalog.count(*)::int4 as n from public.tenants");
    expect(rows).toEqual([{ n: 3 }]);
  });

  test("a query that is wrong is told once, not for each outer value", async () => {
    const matrices = {
      region: { values: ["eu", "us"] },
      tenant: { of: "region", query: "select :regoin as name" },
    };
    expect(await mistakesOf({ matrices, database })).toEqual([
      "migrator.json:11:16 the query of the matrix tenant has no parameter :regoin",
    ]);
  });
});
