/** Whose objects in the database are that are not the run's own: other projects', and other scopes' of the same project. */
import { type Identity, identityFromColumns, identityKey } from "../../graph/identity.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { sharedScope } from "../tenants/scope.ts";
import { describeScope } from "../tenants/scoped-name.ts";
import type { Database, Row } from "./database.ts";
import { columnsOf } from "./identity-columns.ts";
import { catalogPath } from "./search-path.ts";

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
  const wanted = JSON.stringify((identities ?? []).map(columnsOf));
  const asked =
    identities === null
      ? ""
      : ` join jsonb_to_recordset(${quoteLiteral(wanted)}::jsonb) as w(kind text, schema text, relation text, name text, arguments text[])
        using (kind, schema, relation, name, arguments)`;
  const [, rows] = await database.batch([
    catalogPath,
    `select project, scope, component, kind, schema, relation, name, arguments from ${quoteIdentifier(schema)}.object${asked}
     where project <> ${quoteLiteral(project)} or scope <> all (array[${scopes.map(quoteLiteral).join(", ")}]::text[])`,
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
