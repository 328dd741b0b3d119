/**
 * Security labels of what is made anew. No package has a label provider (dummy_seclabel is a test module of PostgreSQL's
 * own source), so that labels are put into the catalog by hand and the statements that bring them back are looked at.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Identity, identityKey } from "../../graph/identity.ts";
import type { LiveObject } from "../../graph/live.ts";
import { restoreStatements } from "../../graph/restore.ts";
import type { Database } from "../../src/database/database.ts";
import { inspectIdentities } from "../../src/database/introspect.ts";
import { type FreshDatabase, freshDatabase } from "../servers/database.ts";

const schema = "public";
const cases: readonly {
  readonly identity: Identity;
  readonly labelled: string;
  readonly column: number;
  readonly sql: string;
}[] = [
  {
    identity: { kind: "view", schema, name: "v" },
    labelled: "'pg_class'::regclass, 'v'::regclass",
    column: 0,
    sql: `SECURITY LABEL FOR "Odd ""one" ON VIEW public.v IS 'it''s secret'`,
  },
  {
    identity: { kind: "view", schema, name: "v" },
    labelled: "'pg_class'::regclass, 'v'::regclass",
    column: 2,
    sql: `SECURITY LABEL FOR "Odd ""one" ON COLUMN public.v."B" IS 'it''s secret'`,
  },
  {
    identity: { kind: "view", schema, name: "v" },
    labelled: "'pg_type'::regclass, 'v'::regtype",
    column: 0,
    sql: `SECURITY LABEL FOR "Odd ""one" ON TYPE public.v IS 'it''s secret'`,
  },
  {
    identity: { kind: "materialized view", schema, name: "m" },
    labelled: "'pg_class'::regclass, 'm'::regclass",
    column: 0,
    sql: `SECURITY LABEL FOR "Odd ""one" ON MATERIALIZED VIEW public.m IS 'it''s secret'`,
  },
  {
    identity: { kind: "function", schema, name: "f", arguments: ["integer"] },
    labelled: "'pg_proc'::regclass, 'f'::regproc",
    column: 0,
    sql: `SECURITY LABEL FOR "Odd ""one" ON FUNCTION public.f(integer) IS 'it''s secret'`,
  },
  {
    identity: { kind: "procedure", schema, name: "p", arguments: [] },
    labelled: "'pg_proc'::regclass, 'p'::regproc",
    column: 0,
    sql: `SECURITY LABEL FOR "Odd ""one" ON PROCEDURE public.p() IS 'it''s secret'`,
  },
];

describe.each([15, 18, "embedded"] as const)("on %s", (where) => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase(where);
    await database.batch([
      `create view v as select 1 as a, 2 as "B"`,
      "create materialized view m as select 1 as a",
      "create function f(integer) returns integer language sql as 'select 1'",
      "create procedure p() language sql as 'select 1'",
    ]);
  });
  afterAll(() => database.drop());

  test.each(cases)("$sql", async ({ identity, labelled, column, sql }) => {
    const bare = await live(database, identity);
    await database.query(
      `insert into pg_seclabel (classoid, objoid, objsubid, provider, label) values (${labelled}, ${column}, 'Odd "one', 'it''s secret')`,
    );
    const labels = await live(database, identity);
    expect(restoreStatements(labels, bare, () => true)).toEqual([sql]);
    expect(restoreStatements(labels, labels, () => true)).toEqual([]);
    // PostgreSQL takes the statement for what it is: the provider alone is missing.
    await expect(database.query(sql)).rejects.toThrow('security label provider "Odd "one" is not loaded');
    await database.query("delete from pg_seclabel");
  });
});

async function live(database: Database, identity: Identity): Promise<LiveObject> {
  const { statements, read } = inspectIdentities([identity]);
  const rows = await database.batch(["begin", ...statements, "commit"]);
  const [object] = read(rows.slice(1));
  if (object === null || object === undefined) throw new Error(`${identityKey(identity)} does not exist`);
  return object;
}
