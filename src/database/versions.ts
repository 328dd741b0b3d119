/** The versions of a few objects' catalog rows, to see which of them a statement changed. */
import type { Identity } from "../../graph/identity.ts";
import { quoteLiteral } from "../../graph/quote.ts";
import type { Asking } from "./database.ts";
import { columnsOf } from "./identity-columns.ts";
import { versionOfOne } from "./row-versions.ts";
import { catalogPath } from "./search-path.ts";

/** Null where the object does not exist. Leaves search_path at pg_catalog. */
export async function readVersions(
  database: Asking,
  identities: readonly Identity[],
): Promise<readonly (string | null)[]> {
  if (identities.length === 0) return [];
  const wanted = JSON.stringify(identities.map(columnsOf));
  const [, rows] = await database.batch([
    catalogPath,
    `select ${versionOfOne} as version from rows from (jsonb_to_recordset(${quoteLiteral(wanted)}::jsonb)
       as (kind text, schema text, relation text, name text, arguments text[])) with ordinality
       as o(kind, schema, relation, name, arguments, i) order by o.i`,
  ]);
  return (rows ?? []).map((row) => (row.version === null ? null : String(row.version)));
}
