/** Which matrices a project has objects of in a database. */
import { quoteIdentifier, quoteLiteral, quoteName } from "../../graph/quote.ts";
import { sharedScope } from "../tenants/scope.ts";
import type { Database } from "./database.ts";
import { catalogPath } from "./search-path.ts";

/** The scopes that have objects; none where there is no ledger. Outside of a transaction. */
export async function readLedgerScopes(
  database: Database,
  schema: string,
  project: string,
): Promise<readonly string[]> {
  const [, found] = await database.batch([
    catalogPath,
    `select to_regclass(${quoteLiteral(quoteName(schema, "object"))}) is not null as there`,
  ]);
  if (found?.[0]?.there !== true) return [];
  const rows = await database.query<{ scope: string }>(
    `select distinct scope from ${quoteIdentifier(schema)}.object where project = $1 and scope <> $2 order by 1`,
    [project, sharedScope],
  );
  return rows.map(({ scope }) => scope);
}
