/** An object's version is looked up by its whole name: other schemas that have the same names cost nothing. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ObjectKind } from "../../graph/identity.ts";
import { versionOfKinds } from "../../src/database/row-versions.ts";
import { EVERYWHERE, type FreshDatabase, freshDatabase } from "../servers/database.ts";

const schemas = 60;
/** Of each catalog that is looked at, with room for an object's own rows. */
const most = 12;

interface PlanNode {
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

describe.each(EVERYWHERE)("on %s", (where) => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase(where);
    const names = Array.from({ length: schemas }, (_, i) => `s${i}`);
    for (const name of names)
      await database.batch([
        `create schema ${name}`,
        `create table ${name}.t (a int)`,
        `create view ${name}.v as select a from ${name}.t`,
        `create materialized view ${name}.m as select a from ${name}.t`,
        `create function ${name}.f() returns trigger language plpgsql as 'begin return null; end'`,
        `create procedure ${name}.p() language sql as 'select 1'`,
        `create aggregate ${name}.a(int) (sfunc = int4pl, stype = int)`,
        `create trigger g after insert on ${name}.t execute function ${name}.f()`,
        `create rule r as on update to ${name}.v do instead nothing`,
        `create policy y on ${name}.t using (true)`,
      ]);
  });
  afterAll(() => database.drop());

  const named: Readonly<Record<ObjectKind, readonly [string, string, string]>> = {
    view: ["", "v", "{}"],
    "materialized view": ["", "m", "{}"],
    function: ["", "f", "{}"],
    procedure: ["", "p", "{}"],
    aggregate: ["", "a", "{integer}"],
    trigger: ["t", "g", "{}"],
    rule: ["v", "r", "{}"],
    policy: ["t", "y", "{}"],
  };

  test.each(Object.entries(named))("%s", async (kind, [relation, name, types]) => {
    const text = `select ${versionOfKinds([kind as ObjectKind])} as version
      from (values ($1::text, $2::text, $3::text, $4::text, $5::text[])) as o(kind, schema, relation, name, arguments)`;
    const values = [kind, "s30", relation, name, types];
    await database.query("select set_config('plan_cache_mode', 'force_generic_plan', false)");
    const [row] = await database.query<{ version: string | null }>(text, values);
    expect(row?.version).toMatch(/^\d+/);
    const [told] = await database.query<{ "QUERY PLAN": readonly { readonly Plan: PlanNode }[] }>(
      `explain (analyze, format json) ${text}`,
      values,
    );
    const read = rowsRead(told?.["QUERY PLAN"][0]?.Plan);
    expect(read.get("pg_class") ?? read.get("pg_proc")).toBeGreaterThan(0);
    for (const [catalog, rows] of read) expect(rows, catalog).toBeLessThan(most);
  });
});

/** By catalog: rows that were looked at, whether they counted or not. */
function rowsRead(
  node: PlanNode | undefined,
  found = new Map<string, number>(),
): ReadonlyMap<string, number> {
  if (node === undefined) return found;
  const catalog = node["Relation Name"];
  if (catalog === "pg_class" || catalog === "pg_proc") {
    const rows = node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0);
    found.set(catalog, (found.get(catalog) ?? 0) + rows * node["Actual Loops"]);
  }
  for (const inner of node.Plans ?? []) rowsRead(inner, found);
  return found;
}
