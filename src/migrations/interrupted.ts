/** What CREATE INDEX CONCURRENTLY leaves in the database when it is interrupted. */
import type { IndexStmt } from "@pgsql/types";
import { quoteIdentifier } from "../../graph/quote.ts";
import type { Database } from "../database/database.ts";
import { parseSql } from "../sql/parser.ts";

export type Left =
  | { readonly kind: "nothing" }
  /** The statement did its work; only its mark is missing. */
  | { readonly kind: "done" }
  /** An invalid index, and the statement that removes it. */
  | { readonly kind: "half"; readonly remove: string };

/** Asked under the search_path of the script. `loadParser` must have been awaited. */
export async function leftByInterruption(database: Database, sql: string): Promise<Left> {
  const outcome = parseSql(sql);
  const node = outcome.kind === "parsed" ? outcome.statements[0]?.node : undefined;
  const index = node !== undefined && "IndexStmt" in node ? node.IndexStmt : undefined;
  if (index?.concurrent !== true || index.idxname === undefined || index.relation === undefined)
    return { kind: "nothing" };
  const [row] = await database.query<{ schema: string; valid: boolean }>(
    `select n.nspname as schema, i.indisvalid as valid
     from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
       join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where i.indrelid = pg_catalog.to_regclass($1) and c.relname = $2`,
    [nameOf(index.relation), index.idxname],
  );
  if (row === undefined) return { kind: "nothing" };
  if (row.valid) return { kind: "done" };
  const name = `${quoteIdentifier(row.schema)}.${quoteIdentifier(index.idxname)}`;
  return { kind: "half", remove: `drop index concurrently ${name}` };
}

function nameOf({ schemaname, relname = "" }: NonNullable<IndexStmt["relation"]>): string {
  const name = quoteIdentifier(relname);
  return schemaname === undefined ? name : `${quoteIdentifier(schemaname)}.${name}`;
}
