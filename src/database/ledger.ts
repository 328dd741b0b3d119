/** The tool's own tables in the target: which objects it applied, from which file, and how their catalog rows stood then. */
import type { AppliedAttachment, AppliedObject } from "../../graph/applied.ts";
import type { DeclaredObject } from "../../graph/declared.ts";
import type { Definition } from "../../graph/definition.ts";
import { type Identity, identityFromColumns, identityKey } from "../../graph/identity.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { sharedScope } from "../tenants/scope.ts";
import type { Database } from "./database.ts";
import { columnsOf } from "./identity-columns.ts";
import {
  checkLedgerShape,
  hasPreparedTable,
  hasScopeFiles,
  hasScopeTable,
  ledgerShapeQuery,
  ledgerVersion,
  refuseNewerLedger,
} from "./ledger-shape.ts";
import { type PreparedRow, preparedQuery, preparedRows } from "./prepared-rows.ts";
import {
  forgetStatements,
  rememberRows,
  rowsToRemember,
  runStatement,
  sameObject,
  type ToldStep,
} from "./remember.ts";
import { type ReshapedRelation, reshapedQuery, reshapedRelations } from "./reshaped.ts";
import { liveVersions } from "./row-versions.ts";
import {
  type LedgerScope,
  scopeSnapshotStatements,
  settledStatements,
  sharedAlone,
} from "./scope-snapshots.ts";
import { catalogPath } from "./search-path.ts";
import { othersQuery } from "./trusted.ts";

export type TargetMode = "live" | "migrated";

export interface LedgerState {
  /** What kind of target this database is; null before the first apply. */
  readonly mode: TargetMode | null;
  readonly entries: ReadonlyMap<string, LedgerEntry>;
  /** Relations whose columns changed since the last apply, other than by the tool. */
  readonly reshaped: readonly ReshapedRelation[];
  /** What was built side by side and has not taken its place yet. */
  readonly prepared: readonly PreparedRow[];
  /** Whether there are objects that these scopes do not manage. */
  readonly others: boolean;
  /** Of the transactions, before anything was read. */
  readonly snapshot: string;
  /** Whether it can keep what scopes saw last, and which files they were brought to. */
  readonly keepsScopes: boolean;
}

/** An applied object without its texts, which are read for the few that a plan looks at. */
export interface LedgerEntry {
  readonly identity: Identity;
  readonly scope: string;
  readonly component: string;
  readonly hash: string;
  readonly attachmentsHash: string;
  readonly live: AppliedObject["live"];
}

/** Statements that make the ledger where it is missing. */
export function ledgerSchema(schema: string): readonly string[] {
  return [`create schema if not exists ${quoteIdentifier(schema)}`, ...ledgerTables(schema)];
}

/** The same in a schema that exists. */
export function ledgerTables(schema: string): readonly string[] {
  const name = quoteIdentifier(schema);
  return [
    `create table if not exists ${name}.project (
  project text primary key,
  mode text not null check (mode in ('live', 'migrated')),
  schema_version int not null,
  snapshot pg_snapshot not null,
  first_xid xid8 not null,
  updated_at timestamptz not null default now())`,
    `create table if not exists ${name}.object (
  project text not null references ${name}.project on delete cascade,
  scope text not null,
  kind text not null,
  schema text not null,
  relation text not null,
  name text not null,
  arguments text[] not null,
  component text not null,
  hash text not null,
  attachments_hash text not null,
  definition jsonb not null,
  attachments jsonb not null,
  version text,
  applied_at timestamptz not null default now(),
  primary key (project, scope, kind, schema, relation, name, arguments))`,
    `create table if not exists ${name}.run (
  id bigint generated always as identity primary key,
  project text not null,
  command text not null,
  role text not null default current_user,
  started_at timestamptz not null default now(),
  steps jsonb not null)`,
  ];
}

/** Objects remembered by one statement: each reads the versions of all objects in their schemas. */
const atOnce = 4000;

/** A function as the replacement: a text would have `$$`, `$&` and the like in names read as patterns. */
function versionsIn(schemas: string): string {
  return liveVersions.replaceAll("$schemas", () => schemas);
}

/** Null where the database has no ledger; `entries` are those of the scopes. Throws a MigratorError where it has one that this version cannot use. */
export async function readLedger(
  database: Database,
  schema: string,
  project: string,
  scopes: readonly LedgerScope[] = sharedAlone,
): Promise<LedgerState | null> {
  const name = quoteIdentifier(schema);
  const [, shape] = await database.batch([catalogPath, ledgerShapeQuery(schema)]);
  if (!checkLedgerShape(schema, shape ?? [])) return null;
  const names = scopes.map((scope) => scope.name);
  const mine = `project = ${quoteLiteral(project)} and scope = ${anyOf(names)}`;
  const versions = versionsIn(`array(select distinct schema from ${name}.object where ${mine})`);
  // What is built side by side is the shared scope's alone.
  const side = hasPreparedTable(shape ?? []) && names.includes(sharedScope);
  const hasScopes = hasScopeTable(shape ?? []);
  const snapshots = scopes.filter((scope) => scope.name === sharedScope || hasScopes);
  const [state, entries, ...rest] = await database.batch([
    `select pg_catalog.max(mode) filter (where project = ${quoteLiteral(project)}) as mode, pg_catalog.max(schema_version) as version, ${othersQuery(name, project, names)} as others, pg_current_snapshot()::text as snapshot from ${name}.project`,
    `with l as materialized (${versions})
     select coalesce(json_agg(json_build_array(o.scope, o.kind, o.schema, o.relation, o.name, o.arguments, o.component, o.hash, o.attachments_hash,
       case when l.kind is null then 'missing' when l.version = o.version then 'same' else 'changed' end)), '[]') as entries
     from ${name}.object o left join l on ${sameObject} where ${mine}`,
    ...snapshots.map((scope) => reshapedQuery(name, project, scope)),
    ...(side ? [preparedQuery(schema, project)] : []),
  ]);
  const reshaped = reshapedRelations(rest.slice(0, snapshots.length).flat());
  const built = rest[snapshots.length];
  refuseNewerLedger(schema, state?.[0]?.version);
  const rows = (entries?.[0]?.entries ?? []) as readonly EntryRow[];
  const map = new Map<string, LedgerEntry>();
  for (const [
    scope,
    kind,
    objectSchema,
    relation,
    objectName,
    types,
    component,
    hash,
    attachmentsHash,
    live,
  ] of rows) {
    const identity = identityFromColumns({
      kind,
      schema: objectSchema,
      relation,
      name: objectName,
      arguments: types,
    });
    map.set(identityKey(identity), { identity, scope, component, hash, attachmentsHash, live });
  }
  for (const { schema, name, columns } of reshaped) {
    if (!columns) continue;
    for (const kind of ["view", "materialized view"] as const) {
      const key = identityKey({ kind, schema, name });
      const entry = map.get(key);
      if (entry?.live === "same") map.set(key, { ...entry, live: "changed" });
    }
  }
  return {
    mode: (state?.[0]?.mode as TargetMode | undefined) ?? null,
    entries: map,
    reshaped,
    prepared: preparedRows(built ?? []),
    others: state?.[0]?.others === true,
    snapshot: String(state?.[0]?.snapshot),
    keepsScopes: hasScopeFiles(shape ?? []),
  };
}

/** Of a scope: its rows, and nothing that any other has. */
function anyOf(scopes: readonly string[]): string {
  return `any (array[${scopes.map(quoteLiteral).join(", ")}]::text[])`;
}

type EntryRow = readonly [
  string,
  Identity["kind"],
  string,
  string,
  string,
  readonly string[],
  string,
  string,
  string,
  AppliedObject["live"],
];

/** The texts of the entries that a plan looks at. The fence (offset 0) has each row looked up by its primary key. */
export async function readApplied(
  database: Database,
  schema: string,
  project: string,
  wanted: readonly LedgerEntry[],
): Promise<ReadonlyMap<string, AppliedObject>> {
  if (wanted.length === 0) return new Map();
  const keys = wanted.map((entry) => ({ scope: entry.scope, ...columnsOf(entry.identity) }));
  const rows = await database.query<{
    definition: Definition;
    attachments: readonly AppliedAttachment[];
    kind: Identity["kind"];
    schema: string;
    relation: string;
    name: string;
    arguments: readonly string[];
  }>(
    `select o.kind, o.schema, o.relation, o.name, o.arguments, o.definition, o.attachments
     from jsonb_to_recordset($2::jsonb) as l(scope text, kind text, schema text, relation text, name text, arguments text[])
     cross join lateral (select * from ${quoteIdentifier(schema)}.object o
       where o.project = $1 and o.scope = l.scope and ${sameObject} offset 0) o`,
    [project, JSON.stringify(keys)],
  );
  const byKey = new Map(wanted.map((entry) => [identityKey(entry.identity), entry]));
  const applied = new Map<string, AppliedObject>();
  for (const row of rows) {
    const identity = identityFromColumns(row);
    const entry = byKey.get(identityKey(identity));
    if (entry === undefined) continue;
    const { component, hash, live } = entry;
    const definition = { ...row.definition, identity };
    applied.set(identityKey(identity), {
      identity,
      component,
      hash,
      live,
      definition,
      attachments: row.attachments,
    });
  }
  return applied;
}

export interface LedgerChanges {
  readonly mode: TargetMode;
  /** The scopes that were judged; left out: the shared one. Objects belong to the scope that their component's name says. */
  readonly scopes?: readonly string[];
  /** True for a run that did not look at every reshaped relation: the next whole run still must. */
  readonly keepSnapshot?: boolean;
  /** By scope: a digest of all its files, where the objects are as these say once the changes are written. */
  readonly files?: ReadonlyMap<string, string>;
  /** Objects to remember as applied, their catalog rows as they are now. */
  readonly applied: readonly DeclaredObject[];
  /** Objects that are gone, or went to another scope. */
  readonly forgotten: readonly Pick<LedgerEntry, "identity" | "scope">[];
  readonly command: string;
  /** What ran, for the history; empty: nothing is written of a run. */
  readonly steps: readonly ToldStep[];
}

/** The statements that write what a plan did, as plain SQL. */
export function ledgerStatements(schema: string, project: string, changes: LedgerChanges): readonly string[] {
  const name = quoteIdentifier(schema);
  const { scopes = [sharedScope] } = changes;
  // What a scope did not look at is still to be seen by the others.
  const keep = changes.keepSnapshot === true || !scopes.includes(sharedScope);
  const others = changes.keepSnapshot === true ? [] : scopes.filter((scope) => scope !== sharedScope);
  const snapshots = [
    projectStatement(name, project, changes.mode, keep),
    ...scopeSnapshotStatements(name, project, others),
  ];
  const statements: string[] = [...snapshots];
  statements.push(...forgetStatements(name, project, changes.forgotten));
  for (let start = 0; start < changes.applied.length; start += atOnce) {
    const some = changes.applied.slice(start, start + atOnce);
    const schemas = [...new Set(some.map((object) => object.identity.schema))].map(quoteLiteral).join(", ");
    const versions = some.length > 20 ? versionsIn(`array[${schemas}]::name[]`) : null;
    statements.push(rememberStatement(name, project, some, versions));
  }
  statements.push(...settledStatements(name, project, changes.files ?? new Map()));
  if (changes.steps.length > 0)
    statements.push(runStatement(schema, project, changes.command, changes.steps));
  // Last, in a subtransaction of its own: its id is the highest that this apply uses.
  if (changes.keepSnapshot !== true)
    statements.push("savepoint migrator_ledger", ...snapshots, "release savepoint migrator_ledger");
  return statements;
}

function projectStatement(name: string, project: string, mode: TargetMode, keep: boolean): string {
  return `insert into ${name}.project (project, mode, schema_version, snapshot, first_xid)
  values (${quoteLiteral(project)}, ${quoteLiteral(mode)}, ${ledgerVersion}, pg_current_snapshot(), pg_current_xact_id())
  on conflict (project) do ${keep ? "nothing" : "update set mode = excluded.mode, snapshot = excluded.snapshot, first_xid = excluded.first_xid, updated_at = now()"}`;
}

function rememberStatement(
  name: string,
  project: string,
  objects: readonly DeclaredObject[],
  versions: string | null,
): string {
  return rememberRows(
    name,
    project,
    rowsToRemember(objects),
    versions ?? objects.map(({ identity }) => identity.kind),
  );
}
