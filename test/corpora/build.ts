/** Builds a schema in a new database with the tool, and sees to it that a second sync has nothing to do. */
import { expect } from "vitest";
import type { Schema } from "../../bench/schemas/schema.ts";
import { subjectKey } from "../../graph/bystander.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { type FreshDatabase, freshDatabase } from "../servers/database.ts";

/** Longest that one schema may take, in milliseconds: many times what it takes. */
export const buildTimeout = 120_000;

const everything = process.env.CORPORA === "all";

/** The server versions to build the schema at `index` of its list on: one, in turns, or with CORPORA=all both. */
export function versionsFor(index: number): readonly (15 | 18)[] {
  if (everything) return [15, 18];
  return [index % 2 === 0 ? 18 : 15];
}

/** `check` looks at the result before the database is dropped. */
export async function buildTwice(
  schema: Schema,
  version: 15 | 18,
  check: (database: FreshDatabase) => Promise<void> = async () => {},
): Promise<void> {
  tellOmissions(schema);
  const database = await freshDatabase(version);
  try {
    await runScript(database, schema.base);
    const options = { searchPath: schema.searchPath };
    const first = await syncTexts(database, schema.components, options);
    const created = new Set(
      first.result.steps.filter((step) => step.kind === "create").map((step) => subjectKey(step.identity)),
    );
    expect([...created].sort()).toEqual([...first.desired.objects.keys()].sort());
    const second = await syncTexts(database, schema.components, options);
    expect(second.result.steps).toEqual([]);
    expect(second.result.changes).toEqual([]);
    await check(database);
  } finally {
    await database.drop();
  }
}

function tellOmissions(schema: Schema): void {
  const byReason = new Map<string, string[]>();
  for (const { component, reason } of schema.omitted)
    byReason.set(reason, [...(byReason.get(reason) ?? []), component]);
  for (const [reason, components] of byReason) {
    const shown = components.length > 3 ? `${components.length} statements` : components.join(", ");
    console.log(`${schema.name}: without ${shown}: ${reason}`);
  }
}
