/**
 * Objects of other scopes and projects that a plan binds anew are as their own runs left them, to whoever looks: that is no change
 * by hand. What was changed by hand before stays so.
 */
import { type Identity, identityFromColumns, identityKey } from "../../graph/identity.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import type { Database, Row } from "./database.ts";
import { columnsOf } from "./identity-columns.ts";
import { sameObject } from "./remember.ts";
import { versionOfOne } from "./row-versions.ts";
import { catalogPath } from "./search-path.ts";

export interface TrustedRow {
  readonly key: string;
  readonly row: Row;
}

/** Those of the objects that others manage and that are as the ledger knows them. In a transaction, before they are written. */
export async function readTrusted(
  database: Database,
  schema: string,
  project: string,
  scopes: readonly string[],
  identities: readonly Identity[],
): Promise<readonly TrustedRow[]> {
  const [, rows] = await database.batch([
    catalogPath,
    `select o.project, o.scope, o.kind, o.schema, o.relation, o.name, o.arguments from ${recordset(identities.map(columnsOf))}
     cross join lateral (select * from ${quoteIdentifier(schema)}.object o where ${sameObject}
       and ${ofOthers(project, scopes)} offset 0) o
     where o.version = ${versionOfOne}`,
  ]);
  return (rows ?? []).map((row) => {
    const types = Array.isArray(row.arguments) ? row.arguments.map(String) : [];
    const columns = row as unknown as Parameters<typeof identityFromColumns>[0];
    return { key: identityKey(identityFromColumns({ ...columns, arguments: types })), row };
  });
}

/** With pg_catalog alone on the search_path, after they were written. */
export function trustStatements(schema: string, trusted: readonly TrustedRow[]): readonly string[] {
  if (trusted.length === 0) return [];
  const rows = recordset(trusted.map(({ row }) => row));
  return [
    `update ${quoteIdentifier(schema)}.object o set version = ${versionOfOne} from ${rows}
  where o.project = l.project and o.scope = l.scope and ${sameObject}`,
  ];
}

/** Of a row `o` of the ledger: whether it is none of `scopes` of the project. */
export function ofOthers(project: string, scopes: readonly string[]): string {
  return `(o.project <> ${quoteLiteral(project)} or o.scope <> all (array[${scopes.map(quoteLiteral).join(", ")}]::text[]))`;
}

/** Whether anything is there that `scopes` of the project do not manage; `name`: the ledger's schema, quoted. */
export function othersQuery(name: string, project: string, scopes: readonly string[]): string {
  return `exists (select from ${name}.object o where ${ofOthers(project, scopes)})`;
}

function recordset(rows: readonly unknown[]): string {
  return `jsonb_to_recordset(${quoteLiteral(JSON.stringify(rows))}::jsonb)
    as l(project text, scope text, kind text, schema text, relation text, name text, arguments text[])`;
}
