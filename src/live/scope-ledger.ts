/** The ledger as a sync of scopes opens it, and what it keeps of those that had nothing to do. */
import { quoteIdentifier } from "../../graph/quote.ts";
import type { Database } from "../database/database.ts";
import { type LedgerState, readLedger } from "../database/ledger.ts";
import {
  type LedgerScope,
  scopeSnapshotStatements,
  scopeTables,
  settledStatements,
  sharedSnapshotStatement,
  tablesTurn,
} from "../database/scope-snapshots.ts";
import { catalogPath } from "../database/search-path.ts";
import { sharedScope } from "../tenants/scope.ts";

interface LedgerPlace {
  readonly database: Database;
  readonly ledgerSchema: string;
  readonly project: string;
  readonly files?: ReadonlyMap<string, string>;
}

/** Scopes are worked on side by side: where tables of the ledger are missing the first makes them, however long that takes. */
export async function openLedger(
  { database, ledgerSchema, project }: LedgerPlace,
  scopes: readonly LedgerScope[],
  scoped: boolean,
): Promise<LedgerState | null> {
  const ledger = await readLedger(database, ledgerSchema, project, scopes);
  if (!scoped || ledger?.keepsScopes === true) return ledger;
  await database.batch([tablesTurn(ledgerSchema)]);
  return readLedger(database, ledgerSchema, project, scopes);
}

/** So many relations that were changed and that nothing uses are not looked at again by each run. */
const manyReshaped = 200;

/** What lets the next run know at once that scopes without changes have none. */
export function seenStatements(
  { ledgerSchema, project, files }: Omit<LedgerPlace, "database">,
  { entries, keepsScopes, snapshot, reshaped }: LedgerState,
  names: readonly string[],
): readonly string[] {
  if (entries.size === 0) return [];
  const ledger = quoteIdentifier(ledgerSchema);
  const all = names.includes(sharedScope) && reshaped.length >= manyReshaped;
  const shared = all ? [catalogPath, sharedSnapshotStatement(ledger, project, snapshot)] : [];
  const scopes = names.filter((name) => name !== sharedScope && files?.has(name) === true);
  if (scopes.length === 0) return shared;
  const tables = keepsScopes ? [] : scopeTables(ledgerSchema);
  return [
    ...shared,
    catalogPath,
    ...tables,
    ...scopeSnapshotStatements(ledger, project, scopes, snapshot),
    ...settledStatements(ledger, project, files ?? new Map()),
  ];
}
