/** Whose objects in the database are that are not the run's own: other projects', and other scopes' of the same project. */
import { type Identity, identityFromColumns, identityKey } from "../../graph/identity.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { sharedScope } from "../tenants/scope.ts";
import { describeScope } from "../tenants/scoped-name.ts";
import type { Database, Row } from "./database.ts";
import { columnsOf } from "./identity-columns.ts";
import { sameObject } from "./remember.ts";
import { catalogPath } from "./search-path.ts";
import { ofOthers } from "./trusted.ts";

export interface Owner {
  readonly project: string;
  readonly scope: string;
  /** Named as for its scope. */
  readonly component: string;
}

/** For a person, in a run of `project`: `project billing`, `tenant acme`. */
export function describeOwner(owner: Pick<Owner, "project" | "scope">, project: string): string {
  if (owner.project !== project) return `project ${owner.project}`;
  return owner.scope === sharedScope ? "the shared scope" : describeScope(owner.scope);
}

/**
 * By key; of all objects where `identities` is null. A ledger must be there. What the `scopes` of the
 * project have is left out.
 */
export async function readOtherOwners(
  database: Database,
  schema: string,
  project: string,
  scopes: readonly string[],
  identities: readonly Identity[] | null,
): Promise<ReadonlyMap<string, Owner>> {
  if (identities?.length === 0) return new Map();
  const object = `${quoteIdentifier(schema)}.object`;
  const others = ofOthers(project, scopes);
  const from =
    identities === null
      ? `${object} o where ${others}`
      : `jsonb_to_recordset(${quoteLiteral(JSON.stringify(identities.map(columnsOf)))}::jsonb) as l(kind text, schema text, relation text, name text, arguments text[])
       cross join lateral (select * from ${object} o where ${sameObject} and ${others} offset 0) o`;
  const [, rows] = await database.batch([
    catalogPath,
    `select o.project, o.scope, o.component, o.kind, o.schema, o.relation, o.name, o.arguments from ${from}`,
  ]);
  return new Map(
    (rows ?? []).map((row) => [
      identityKey(identityOfRow(row)),
      { project: String(row.project), scope: String(row.scope), component: String(row.component) },
    ]),
  );
}

function identityOfRow(row: Row): Identity {
  return identityFromColumns({
    kind: row.kind as Identity["kind"],
    schema: String(row.schema),
    relation: String(row.relation),
    name: String(row.name),
    arguments: Array.isArray(row.arguments) ? row.arguments.map(String) : [],
  });
}
