/** The rows of a scope in the ledger. In a transaction whose search_path is pg_catalog. */
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import type { Database } from "../database/database.ts";
import { ledgerTablesThere } from "./scope-records.ts";

interface LedgerOwner {
  readonly ledgerSchema: string;
  readonly project: string;
}

export interface ScopeRows {
  readonly object: number;
  readonly migration: number;
}

/** What a value is told to have. */
const counted = ["object", "migration"] as const;
/** All that is kept of a scope. */
const tables = [...counted, "scope", "settled"] as const;

export async function readScopeRows(
  database: Database,
  owner: LedgerOwner,
  scope: string,
): Promise<ScopeRows> {
  const counts = { object: 0, migration: 0 };
  const there = await present(database, owner);
  for (const table of counted.filter((one) => there.includes(one))) {
    const [row] = await database.query<{ count: number }>(
      `select pg_catalog.count(*)::pg_catalog.int4 as count from ${quoteIdentifier(owner.ledgerSchema)}.${table}
       where project = $1 and scope = $2`,
      [owner.project, scope],
    );
    counts[table] = row?.count ?? 0;
  }
  return counts;
}

export async function forgetScope(database: Database, owner: LedgerOwner, scope: string): Promise<void> {
  const there = await present(database, owner);
  await database.batch(
    there.map(
      (table) => `delete from ${quoteIdentifier(owner.ledgerSchema)}.${table}
        where project = ${quoteLiteral(owner.project)} and scope = ${quoteLiteral(scope)}`,
    ),
  );
}

/** Who else has objects in a schema, by the ledger: other projects, what is shared, other values. */
export async function othersInSchema(
  database: Database,
  schema: string,
  { ledgerSchema, project, scope }: LedgerOwner & { readonly scope: string },
): Promise<readonly { readonly project: string; readonly scope: string }[]> {
  if (!(await ledgerTablesThere(database, ledgerSchema)).has("object")) return [];
  return database.query<{ project: string; scope: string }>(
    `select distinct project, scope from ${quoteIdentifier(ledgerSchema)}.object
     where schema = $1 and not (project = $2 and scope = $3) order by 1, 2`,
    [schema, project, scope],
  );
}

async function present(
  database: Database,
  { ledgerSchema }: LedgerOwner,
): Promise<readonly (typeof tables)[number][]> {
  const there = await ledgerTablesThere(database, ledgerSchema);
  return tables.filter((table) => there.has(table));
}
