/** Asks the database which type an unqualified name means. */
import { quoteLiteral } from "../../graph/quote.ts";
import type { Database } from "./database.ts";
import { componentsPath } from "./search-path.ts";

/** From names as written to qualified names; those that the database does not know are absent. */
export async function readTypeNames(
  database: Database,
  searchPath: readonly string[],
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map();
  const list = names.map(quoteLiteral).join(", ");
  const results = await database.batch([
    "begin",
    componentsPath(searchPath),
    `select w.written, case n.nspname when 'pg_catalog' then pg_catalog.format_type(t.oid, null)
        else pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname) end as name
     from pg_catalog.unnest(array[${list}]::text[]) as w(written)
     join pg_catalog.pg_type t on t.oid = pg_catalog.to_regtype(w.written)
     join pg_catalog.pg_namespace n on n.oid = t.typnamespace`,
    "rollback",
  ]);
  return new Map((results[2] ?? []).map((row) => [String(row.written), String(row.name)]));
}
