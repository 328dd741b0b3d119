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

/** The ledger's own form of `snapshot` and `first_xid`: see `project`. */
export function scopeTable(schema: string): string {
  const name = quoteIdentifier(schema);
  return `create table if not exists ${name}.scope (
  project text not null references ${name}.project on delete cascade,
  scope text not null,
  snapshot pg_snapshot not null,
  first_xid xid8 not null,
  updated_at timestamptz not null default now(),
  primary key (project, scope))`;
}

/** `name`: the ledger's schema, quoted. */
export function scopeSnapshotStatements(
  name: string,
  project: string,
  scopes: readonly string[],
): readonly string[] {
  if (scopes.length === 0) return [];
  return [
    `insert into ${name}.scope (project, scope, snapshot, first_xid)
  select ${quoteLiteral(project)}, s, pg_current_snapshot(), pg_current_xact_id() from unnest(array[${scopes.map(quoteLiteral).join(", ")}]) s
  on conflict (project, scope) do update set snapshot = excluded.snapshot, first_xid = excluded.first_xid, updated_at = now()`,
  ];
}
