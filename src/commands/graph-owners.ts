/** Whose the objects of a database are, for a graph of some scopes: the ledger says it of objects, and of tables their schemas. */
import type { Desired } from "../../graph/desired.ts";
import { isAbsent } from "../database/absent.ts";
import type { Database } from "../database/database.ts";
import { type Owner, readOtherOwners } from "../database/other-owners.ts";
import { type MatrixScope, sharedScope } from "../tenants/scope.ts";
import type { Project } from "./context.ts";

export interface GraphOwners {
  /** The names of the scopes that the graph is for. */
  readonly asked: ReadonlySet<string>;
  /** The scopes of the values of matrices by their schemas, those that were not asked for among them. */
  readonly schemas: ReadonlyMap<string, string>;
  /** The components of objects of scopes that were not asked for, by key, named as for their scopes. */
  readonly others: ReadonlyMap<string, string>;
}

export interface GraphScopes {
  readonly project: Project;
  readonly database: Database | null;
  readonly asked: ReadonlySet<string>;
  /** All values of matrices that are known. */
  readonly values: readonly MatrixScope[];
  /** What is shared. */
  readonly desired: Desired;
}

/** Outside of a transaction. */
export async function graphOwners({
  project,
  database,
  asked,
  values,
  desired,
}: GraphScopes): Promise<GraphOwners> {
  const { ledgerSchema, project: name, searchPath } = project.config;
  const here = values.filter(({ url, schema }) => url === null && !searchPath.includes(schema ?? ""));
  const owners = database === null ? [] : await readOwners(database, ledgerSchema, name, [...asked]);
  const shared = asked.has(sharedScope)
    ? []
    : [...desired.objects].map(([key, { component }]) => [key, component] as const);
  return {
    asked,
    schemas: new Map(here.flatMap(({ schema, name }) => (schema === null ? [] : [[schema, name] as const]))),
    others: new Map([
      ...shared,
      ...owners.flatMap(([key, { project, component }]) =>
        project === name ? [[key, component] as const] : [],
      ),
    ]),
  };
}

/** Where nothing was ever synced there is no ledger to ask. */
async function readOwners(
  database: Database,
  ledgerSchema: string,
  project: string,
  scopes: readonly string[],
): Promise<readonly (readonly [string, Owner])[]> {
  try {
    return [...(await readOtherOwners(database, ledgerSchema, project, scopes, null))];
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
