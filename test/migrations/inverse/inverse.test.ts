/** What undoes a statement brings back the catalogs as they were before it, on real servers and embedded. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inverseScript } from "../../../src/migrations/inverse/inverse.ts";
import { differences } from "../../../src/snapshot/differences.ts";
import { otherCatalogs } from "../../../src/snapshot/other-catalogs.ts";
import { takeSnapshot } from "../../../src/snapshot/snapshot.ts";
import { loadParser } from "../../../src/sql/library.ts";
import { splitStatements } from "../../../src/sql/split-statements.ts";
import { type FreshDatabase, freshDatabase, resetDatabase } from "../../servers/database.ts";
import { TEST_ROLES } from "../../servers/server.ts";
import { inverseCases, withoutInverse } from "./cases.ts";
import { downStatements, runWithInverse } from "./run-inverse.ts";

/** Those that the cases use: a server has them in every database. */
const roles = "~ '^(alice|bob|carol|rita|inv_.*)$'";

describe.each([15, 18, "embedded"] as const)("on %s", (where) => {
  let database: FreshDatabase;
  beforeAll(async () => {
    await loadParser();
    database = await freshDatabase(where);
  });
  afterAll(async () => {
    await dropRoles(database);
    await database.drop();
  });

  const version = where === "embedded" ? 18 : where;
  const here = inverseCases.filter(
    ({ since = 0, serverOnly }) => since <= version && !(serverOnly === true && where === "embedded"),
  );

  test.each(here)("$script", async ({ before = "", script, loses = null }) => {
    await prepare(database, before);
    const snapshot = await takeSnapshot(database);
    const others = await otherRows(database, loses);
    const inverses = await runWithInverse(database, script);
    const down = downStatements(inverses);
    const said = inverses.flatMap((one) => (one.kind === "inverse" && one.loses !== null ? [one.loses] : []));
    if (loses === null) expect(said).toEqual([]);
    else expect(said.join("; ")).toContain(loses);
    // A session of its own runs it.
    await database.query("discard all");
    try {
      // As a migration runs: in a transaction, unless it cannot.
      const inTransaction = !down.some((statement) => /CONCURRENTLY/.test(statement));
      if (inTransaction) await database.query("begin");
      for (const statement of down) await database.query(statement);
      if (inTransaction) await database.query("commit");
    } catch (error) {
      throw new Error(`${String(error)} in:\n${down.join(";\n")}`, { cause: error });
    }
    expect(differences(snapshot, await takeSnapshot(database), comparison(loses)), down.join(";\n")).toEqual(
      [],
    );
    expect(await otherRows(database, loses), down.join(";\n")).toEqual(others);
  });

  test("what ALL gave is taken as ALL: another version has other privileges", async () => {
    await prepare(database, "create table t (a int); grant select on t to alice;");
    const down = downStatements(await runWithInverse(database, "grant all on t to alice"));
    expect(down).toEqual([
      "REVOKE ALL ON TABLE public.t FROM alice CASCADE",
      "GRANT SELECT ON TABLE public.t TO alice",
    ]);
  });

  test("what is granted again is granted as ALL where it was all, and nothing where it was the usual", async () => {
    await prepare(
      database,
      "create table t (a int); create view v as select a from t; grant all on v to alice; grant select on v to bob; create view w as select a from t; alter default privileges grant select on tables to alice;",
    );
    const down = downStatements(await runWithInverse(database, "drop view v, w"));
    await database.query("alter default privileges revoke select on tables from alice");
    expect(down.filter((statement) => /^(GRANT|REVOKE)/.test(statement))).toEqual([
      ...(version < 17 ? ["DELETE", "INSERT", "REFERENCES", "TRIGGER", "TRUNCATE", "UPDATE"] : ["ALL"]).map(
        (privilege) => `GRANT ${privilege} ON TABLE public.v TO alice`,
      ),
      "GRANT SELECT ON TABLE public.v TO bob",
      "REVOKE SELECT ON TABLE public.w FROM alice CASCADE",
    ]);
  });

  test.each(withoutInverse)("%s %s has no inverse", async (before, script, reason) => {
    await prepare(database, before);
    const [inverse] = await runWithInverse(database, script);
    expect(inverse).toMatchObject({ kind: "none", reason: expect.stringContaining(reason) });
  });
});

/** How the default of a column that was added is stored for older rows is no part of what the column is. */
function isLasting(_object: string, fact: string): boolean {
  return !/attmissingval|atthasmissing/.test(fact);
}

function comparison(loses: string | null): (object: string, fact: string) => boolean {
  if (loses?.includes(place) === true) return isPlaced;
  return loses?.includes(origin) === true ? isMerged : isLasting;
}

/** A parent that comes back stands behind the others, which is said. */
async function otherRows(database: FreshDatabase, loses: string | null): Promise<readonly string[]> {
  const rows = await otherCatalogs(database, roles);
  return loses?.includes("the place of") === true
    ? rows.map((row) => row.replace(/,"inhseqno":\d+/, "")).sort()
    : rows;
}

const origin = "come from";

/** What a table only inherited is its own as well once it did not: no statement takes that back. */
function isMerged(object: string, fact: string): boolean {
  return isLasting(object, fact) && !/attislocal|conislocal/.test(fact);
}

const place = ", and its place";

/** A column that comes back stands at the end, which is said. */
function isPlaced(object: string, fact: string): boolean {
  return isLasting(object, fact) && !fact.includes("attnum");
}

async function prepare(database: FreshDatabase, before: string): Promise<void> {
  // One role after another: together, PostgreSQL drops default privileges of one for another twice and fails.
  await database.query("rollback");
  await database.query("reset role");
  for (const role of TEST_ROLES) await database.query(`drop owned by ${role} cascade`);
  await resetDatabase(database);
  await dropRoles(database);
  for (const statement of splitStatements(before)) await database.query(statement);
}

async function dropRoles(database: FreshDatabase): Promise<void> {
  const roles = await database.query<{ name: string }>(
    "select quote_ident(rolname) as name from pg_roles where rolname ~ '^inv_'",
  );
  for (const { name } of roles) {
    await database.query(`drop owned by ${name} cascade`);
    await database.query(`drop role ${name}`);
  }
}

test("one inverse a statement, the last first, with its place", async () => {
  await loadParser();
  const script = "create table a (x int);\n-- say why\ncreate view b as select x from a;";
  expect(inverseScript(script)).toEqual([
    {
      kind: "inverse",
      statement: "create view b as select x from a",
      offset: 35,
      sql: ["DROP VIEW b"],
      loses: null,
    },
    {
      kind: "inverse",
      statement: "create table a (x int)",
      offset: 0,
      sql: ["DROP TABLE a"],
      loses: "the rows of table a",
    },
  ]);
  expect(() => inverseScript("create tabel")).toThrow("line 1, column 8");
});
