/**
 * What each scope saw last. Those of a matrix have their rows in a table of their own: a table that was changed between two
 * syncs is news to each scope, whichever of them looks first.
 */
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { sharedScope } from "../tenants/scope.ts";

/** A scope to the ledger. */
export interface LedgerScope {
  readonly name: string;
  /** Schemas in which a new relation may be what its texts mean. Not used for the shared one, which looks everywhere. */
  readonly searchPath: readonly string[];
}

export const sharedAlone: readonly LedgerScope[] = [{ name: sharedScope, searchPath: [] }];

/**
 * The ledger's own form of `snapshot` and `first_xid`: see `project`. In `settled` stand a digest of the files that a scope was
 * brought to, and one of its rows in `object` as they were then.
 */
export function scopeTables(schema: string): readonly string[] {
  const name = quoteIdentifier(schema);
  return [
    `create table if not exists ${name}.scope (
  project text not null references ${name}.project on delete cascade,
  scope text not null,
  snapshot pg_snapshot not null,
  first_xid xid8 not null,
  updated_at timestamptz not null default now(),
  primary key (project, scope))`,
    `create table if not exists ${name}.settled (
  project text not null,
  scope text not null,
  files text not null,
  objects text not null,
  primary key (project, scope))`,
    // Whose an object is that another scope is about to make.
    `create index if not exists object_schema_name_idx on ${name}.object (schema, name)`,
  ];
}

/** Of the rows `o` of a scope: equal while they say the same of the same objects. Compared within a database alone. */
export const objectsDigest = `count(*) || '.' || coalesce(sum(hashtextextended(
  json_build_array(o.kind, o.schema, o.relation, o.name, o.arguments, o.component, o.hash, o.attachments_hash)::text, 0)), 0)`;

/** Waits for whoever makes the ledger's tables: IF NOT EXISTS fails where two do it at the same time. */
export function tablesTurn(schema: string): string {
  return `select pg_advisory_xact_lock(hashtextextended(${quoteLiteral(`migrator ${schema} tables`)}, 0))`;
}

/** `name`: the ledger's schema, quoted. `snapshot` null: the present one. */
export function scopeSnapshotStatements(
  name: string,
  project: string,
  scopes: readonly string[],
  snapshot: string | null = null,
): readonly string[] {
  if (scopes.length === 0) return [];
  const seen = snapshot === null ? "pg_current_snapshot()" : `${quoteLiteral(snapshot)}::pg_snapshot`;
  return [scopeSnapshotRows(name, project, `array[${scopes.map(quoteLiteral).join(", ")}]`, seen)];
}

/** The same of expressions. */
export function scopeSnapshotRows(name: string, project: string, scopes: string, snapshot: string): string {
  return `insert into ${name}.scope (project, scope, snapshot, first_xid)
  select ${quoteLiteral(project)}, s, ${snapshot}, pg_current_xact_id() from unnest(${scopes}) s
  on conflict (project, scope) do update set snapshot = excluded.snapshot, first_xid = excluded.first_xid, updated_at = now()`;
}

/** The shared scope looked at all that `snapshot` sees. */
export function sharedSnapshotStatement(name: string, project: string, snapshot: string): string {
  return `update ${name}.project set snapshot = ${quoteLiteral(snapshot)}::pg_snapshot, first_xid = pg_current_xact_id(), updated_at = now() where project = ${quoteLiteral(project)}`;
}

/** Behind what was written of the objects. `files` by scope: a digest of the files that their objects are as. */
export function settledStatements(
  name: string,
  project: string,
  files: ReadonlyMap<string, string>,
): readonly string[] {
  if (files.size === 0) return [];
  const list = (values: Iterable<string>) => `array[${[...values].map(quoteLiteral).join(", ")}]`;
  return [settledRows(name, project, list(files.keys()), list(files.values()))];
}

/** The same of arrays that are expressions. */
export function settledRows(name: string, project: string, scopes: string, files: string): string {
  return `insert into ${name}.settled (project, scope, files, objects)
  select ${quoteLiteral(project)}, s.scope, s.files, (select ${objectsDigest} from ${name}.object o where o.project = ${quoteLiteral(project)} and o.scope = s.scope)
  from unnest(${scopes}, ${files}) as s(scope, files)
  on conflict (project, scope) do update set files = excluded.files, objects = excluded.objects`;
}
