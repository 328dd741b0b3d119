/** The values of a matrix that are the schemas of the target. */
import type { Database } from "../database/database.ts";
import type { FoundValue, Place } from "./found-value.ts";
import { matcher } from "./pattern.ts";

/** The schemas that match, without PostgreSQL's own and the ledger's. */
export async function valuesOfSchemas(
  pattern: string,
  database: Database,
  ledgerSchema: string,
  place: Place,
): Promise<readonly FoundValue[]> {
  const rows = await database.query<{ name: string }>(
    `select n.nspname::pg_catalog.text as name from pg_catalog.pg_namespace n
     where n.nspname operator(pg_catalog.!~) '^pg_' and n.nspname operator(pg_catalog.<>) 'information_schema'`,
  );
  const matches = matcher(pattern);
  return rows
    .filter(({ name }) => name !== ledgerSchema && matches(name))
    .map(({ name }) => ({ value: name, place: () => place, trusted: false }));
}
