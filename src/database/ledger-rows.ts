/** Reads single rows of the ledger: the cost follows the number of objects asked for, not that of all applied ones. */
import { type Identity, identityKey } from "../../graph/identity.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { sharedScope } from "../tenants/scope.ts";
import type { Database } from "./database.ts";
import { columnsOf } from "./identity-columns.ts";
import type { LedgerEntry } from "./ledger.ts";
import {
  checkLedgerShape,
  hasPreparedTable,
  hasScopeFiles,
  ledgerShapeQuery,
  refuseNewerLedger,
} from "./ledger-shape.ts";
import { type PreparedRow, preparedQuery, preparedRows } from "./prepared-rows.ts";
import { versionOfOne } from "./row-versions.ts";
import { catalogPath } from "./search-path.ts";
import { othersQuery } from "./trusted.ts";

export interface LedgerRows {
  /** False where nothing was ever applied for this project. */
  readonly known: boolean;
  /** Those of the objects that the ledger knows, by key. */
  readonly entries: ReadonlyMap<string, LedgerEntry>;
  /** What was built side by side and has not taken its place yet. */
  readonly prepared: readonly PreparedRow[];
  /** As in LedgerState. */
  readonly others: boolean;
  readonly keepsScopes: boolean;
}

/** In a transaction whose search_path is pg_catalog. Versions are those that the transaction sees. */
export async function readLedgerRows(
  database: Database,
  schema: string,
  project: string,
  identities: readonly Identity[],
  scopes: readonly string[] = [sharedScope],
): Promise<LedgerRows> {
  const name = quoteIdentifier(schema);
  const [shape] = await database.batch([ledgerShapeQuery(schema)]);
  if (!checkLedgerShape(schema, shape ?? []))
    return { known: false, entries: new Map(), prepared: [], others: false, keepsScopes: false };
  const wanted = JSON.stringify(identities.map((identity, i) => ({ i, ...columnsOf(identity) })));
  // The fence (offset 0) has each row looked up by its primary key, whatever the statistics say.
  const built =
    hasPreparedTable(shape ?? []) && scopes.includes(sharedScope) ? [preparedQuery(schema, project)] : [];
  const [projects, rows, prepared] = await database.batch([
    `select project, schema_version as version, ${othersQuery(name, project, scopes)} as others from ${name}.project`,
    `select o.i, o.scope, o.component, o.hash, o.attachments_hash,
       case when o.live is null then 'missing' when o.live = o.version then 'same' else 'changed' end as live
     from (
       select w.i, o.scope, o.component, o.hash, o.attachments_hash, o.version, ${versionOfOne} as live
       from jsonb_to_recordset(${quoteLiteral(wanted)}::jsonb)
           as w(i int, kind text, schema text, relation text, name text, arguments text[])
         cross join lateral (select * from ${name}.object l
           where l.project = ${quoteLiteral(project)} and l.scope = any (${scopeList(scopes)}) and l.kind = w.kind and l.schema = w.schema
             and l.relation = w.relation and l.name = w.name and l.arguments = w.arguments offset 0) o
       offset 0) o`,
    ...built,
  ]);
  for (const { version } of projects ?? []) refuseNewerLedger(schema, version);
  const entries = new Map<string, LedgerEntry>();
  for (const row of (rows ?? []) as readonly LedgerRow[]) {
    const identity = identities[row.i];
    if (identity === undefined) continue;
    const { scope, component, hash, attachments_hash: attachmentsHash, live } = row;
    entries.set(identityKey(identity), { identity, scope, component, hash, attachmentsHash, live });
  }
  const known = (projects ?? []).some((row) => row.project === project);
  return {
    known,
    entries,
    prepared: preparedRows(prepared ?? []),
    others: projects?.[0]?.others === true,
    keepsScopes: hasScopeFiles(shape ?? []),
  };
}

/** Those of the relations, named as quote_ident would, that are views of the project. Outside of a transaction. */
export async function readAppliedRelations(
  database: Database,
  schema: string,
  project: string,
  names: readonly string[],
  scopes: readonly string[] = [sharedScope],
): Promise<readonly { readonly schema: string; readonly name: string; readonly component: string }[]> {
  const ledger = quoteIdentifier(schema);
  const list = `array[${names.map(quoteLiteral).join(", ")}]`;
  // Most are tables and types, so that the second question is rarely asked.
  const [, views] = await database.batch([
    catalogPath,
    `select to_regclass(${quoteLiteral(`${ledger}.object`)}) is not null as ledger
     from unnest(${list}) as w(name) join pg_class c on c.oid = to_regclass(w.name) and c.relkind in ('v', 'm')`,
  ]);
  if (views?.[0]?.ledger !== true) return [];
  const [, rows] = await database.batch([
    catalogPath,
    `select schema, name, component from ${ledger}.object where project = ${quoteLiteral(project)} and scope = any (${scopeList(scopes)})
       and kind in ('view', 'materialized view') and quote_ident(schema) || '.' || quote_ident(name) = any (${list})`,
  ]);
  return (rows ?? []).map((row) => ({
    schema: String(row.schema),
    name: String(row.name),
    component: String(row.component),
  }));
}

function scopeList(scopes: readonly string[]): string {
  return `array[${scopes.map(quoteLiteral).join(", ")}]::text[]`;
}

interface LedgerRow extends Readonly<Record<string, unknown>> {
  readonly i: number;
  readonly scope: string;
  readonly component: string;
  readonly hash: string;
  readonly attachments_hash: string;
  readonly live: LedgerEntry["live"];
}
