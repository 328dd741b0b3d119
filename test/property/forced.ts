/** Every recreated object was forced: PostgreSQL itself refuses to change the old shape into the new one in place. */
import { expect } from "vitest";
import { describeSubject } from "../../graph/bystander.ts";
import type { Database } from "../../src/database/database.ts";
import { DatabaseError } from "../../src/database/database.ts";
import type { SyncResult } from "../../src/live/sync.ts";

type State = Readonly<Record<string, unknown>>;

interface Seen {
  readonly columns?: readonly { readonly name: string; readonly type: string }[];
  readonly definition?: { readonly sql: string };
}

export async function requireForced(
  database: Database,
  result: SyncResult,
  before: State,
  after: State,
): Promise<void> {
  const recreated = result.steps.filter((step) => step.kind === "recreate");
  const relations = recreated.flatMap((step) =>
    step.identity.kind === "view" || step.identity.kind === "materialized view" ? [step.identity] : [],
  );
  for (const { identity } of recreated) {
    const name = describeSubject(identity);
    const old = before[name] as Seen | null;
    const now = after[name] as Seen | null;
    if (identity.kind === "view") {
      expect(
        await refusesReplace(database, old?.columns ?? [], now?.columns ?? []),
        `${name} was made anew and did not have to be`,
      ).toBe(true);
    } else if (identity.kind === "function") {
      // Over a row type that was made anew, or with another signature.
      const text = `${old?.definition?.sql}${now?.definition?.sql}`;
      const overRow = relations.some((relation) => text.includes(relation.name));
      expect(overRow, `${name} was made anew and did not have to be`).toBe(true);
    } else if (identity.kind === "materialized view") {
      const own = old?.definition?.sql !== now?.definition?.sql;
      const below = result.steps.some(
        (step) =>
          ["recreate", "replace", "rebind", "rename-column"].includes(step.kind) &&
          step.identity !== identity,
      );
      expect(own || below, `${name} was made anew and did not have to be`).toBe(true);
    }
  }
}

type Columns = readonly { readonly name: string; readonly type: string }[];

/** Tries it: a view of the old columns, replaced by one of the new columns, also after renaming what could be renamed. */
async function refusesReplace(database: Database, old: Columns, now: Columns): Promise<boolean> {
  const list = (columns: Columns) =>
    columns.map((column) => `null::${column.type} as "${column.name}"`).join(", ");
  const renames = old.flatMap((column, i) => {
    const to = now[i];
    const can =
      to !== undefined &&
      to.name !== column.name &&
      to.type === column.type &&
      !old.some((one) => one.name === to.name) &&
      !now.some((one) => one.name === column.name);
    return can ? [`alter view pg_temp.forced rename column "${column.name}" to "${to.name}"`] : [];
  });
  try {
    await database.batch([
      "begin",
      `create temporary view forced as select ${list(old)}`,
      ...renames,
      `create or replace temporary view forced as select ${list(now)}`,
      "rollback",
    ]);
    return false;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    await database.batch(["rollback"]);
    return error.sqlstate === "42P16";
  }
}
