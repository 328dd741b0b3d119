/** What the sequence does to old objects on its way (a rename there and back, an index under a scratch name) is no change by hand. */
import type { Identity } from "../../../graph/identity.ts";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { columnsOf } from "../../database/identity-columns.ts";
import { versionOfOne } from "../../database/row-versions.ts";
import { catalogPath } from "../../database/search-path.ts";
import type { SyncInput } from "../sync.ts";

const same = `o.kind = w.kind and o.schema = w.schema and o.relation = w.relation and o.name = w.name and o.arguments = w.arguments`;

/**
 * In a transaction, before the objects' catalog rows are written: the statements, to be run afterwards with pg_catalog alone on the
 * search_path, by which the ledger trusts those of them again that it trusts now.
 */
export async function trustAgain(
  { database, ledgerSchema, project }: SyncInput,
  identities: readonly Identity[],
): Promise<readonly string[]> {
  if (identities.length === 0) return [];
  const table = `${quoteIdentifier(ledgerSchema)}.object`;
  const mine = `o.project = ${quoteLiteral(project)} and o.scope = 'shared'`;
  const [, rows] = await database.batch([
    catalogPath,
    `select o.kind, o.schema, o.relation, o.name, o.arguments from ${table} o
     join ${recordset(identities.map(columnsOf))} on ${same} where ${mine} and o.version = ${versionOfOne}`,
  ]);
  if ((rows ?? []).length === 0) return [];
  return [
    `update ${table} o set version = ${versionOfOne} from ${recordset(rows ?? [])} where ${mine} and ${same}`,
  ];
}

function recordset(rows: readonly unknown[]): string {
  const json = quoteLiteral(JSON.stringify(rows));
  return `jsonb_to_recordset(${json}::jsonb) as w(kind text, schema text, relation text, name text, arguments text[])`;
}
