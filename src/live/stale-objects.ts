/** What is looked at anew because a relation under it was changed by somebody else. */
import { identityKey } from "../../graph/identity.ts";
import type { Dependent } from "../../graph/live.ts";
import { quoteName } from "../../graph/quote.ts";
import type { Database } from "../database/database.ts";
import { readCaptured, readRelationDependents } from "../database/introspect.ts";
import type { LedgerState } from "../database/ledger.ts";
import { usedRelations } from "../database/used-relations.ts";

/**
 * Objects that hang on a relation which was changed or renamed by hand or by a migration, or whose text may mean it now
 * instead of another one of its name, and why they are looked at.
 */
export async function staleObjects(
  database: Database,
  ledger: LedgerState | null,
  searchPath: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const stale = new Map<string, string>();
  const note = (dependents: readonly Dependent[], why: string) => {
    for (const dependent of dependents)
      if (dependent.kind === "object") stale.set(identityKey(dependent.object.identity), why);
  };
  // Only what was applied before can be stale.
  const reshaped = ledger === null || ledger.entries.size === 0 ? [] : ledger.reshaped;
  const used = await usedRelations(database, reshaped);
  for (const relation of reshaped) {
    const name = quoteName(relation.schema, relation.name);
    if (searchPath.slice(0, -1).includes(relation.schema) && used.namesakes.has(relation.oid)) {
      const identity = { kind: "view", schema: relation.schema, name: relation.name } as const;
      note(await readCaptured(database, identity, searchPath), `${name} may be what its text means now`);
    }
    const dependents = used.users.has(relation.oid)
      ? await readRelationDependents(database, relation.oid)
      : [];
    note(dependents, relation.foreign ? `${name} is new or was renamed` : `the columns of ${name} changed`);
    for (const kind of ["view", "materialized view"] as const) {
      stale.set(
        identityKey({ kind, schema: relation.schema, name: relation.name }),
        "its columns changed in the database",
      );
    }
  }
  return stale;
}
