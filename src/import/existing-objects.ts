/** Reads what there is to import: the objects of schemas, with all that hangs on them. */
import { type Identity, identityKey } from "../../graph/identity.ts";
import type { Grant, LiveObject } from "../../graph/live.ts";
import { unmanagedObjects } from "../database/catalog-graph.ts";
import type { Database } from "../database/database.ts";
import { inspectIdentities } from "../database/introspect.ts";
import { readLedger } from "../database/ledger.ts";
import { describeOwner, type Owner, readOtherOwners } from "../database/other-owners.ts";
import { sharedScope } from "../tenants/scope.ts";
import { readPrivilegeDefaults } from "./privilege-defaults.ts";

export interface Existing {
  readonly objects: readonly LiveObject[];
  readonly defaults: (live: LiveObject) => readonly (readonly Grant[])[];
  /** Objects that other projects in this database manage, and whose they are. */
  readonly ofOthers: readonly { readonly identity: Identity; readonly owner: string }[];
  /** The role that reads. */
  readonly role: string;
  /** The schemas of the session's search_path that exist. */
  readonly searchPath: readonly string[];
}

/**
 * `schemas` null: all but the system's and the ledger's. What an extension owns is left out. One snapshot, in a transaction
 * of its own that changes nothing.
 */
export async function readExisting(
  database: Database,
  ledger: { readonly schema: string; readonly project: string },
  schemas: ReadonlySet<string> | null,
): Promise<Existing> {
  await database.batch(["begin isolation level repeatable read, read only"]);
  const found = await unmanagedObjects(database, ledger.schema, schemas);
  const known = await readLedger(database, ledger.schema, ledger.project);
  const others =
    known === null
      ? new Map<string, Owner>()
      : await readOtherOwners(database, ledger.schema, ledger.project, [sharedScope], null);
  const own = found.filter((identity) => !others.has(identityKey(identity)));
  const inspection = inspectIdentities(own);
  const objects = inspection.read(await database.batch(inspection.statements));
  const defaults = await readPrivilegeDefaults(database);
  const [, [current] = []] = await database.batch([
    "rollback",
    "select current_user::text as role, pg_catalog.to_json(pg_catalog.current_schemas(false)) as path",
  ]);
  return {
    objects: objects.filter((object) => object !== null),
    defaults,
    ofOthers: found.flatMap((identity) => {
      const owner = others.get(identityKey(identity));
      return owner === undefined ? [] : [{ identity, owner: describeOwner(owner, ledger.project) }];
    }),
    role: String(current?.role),
    searchPath: (current?.path ?? []) as readonly string[],
  };
}

/** The names of all schemas. */
export async function readSchemas(database: Database): Promise<readonly string[]> {
  const rows = await database.query<{ readonly name: string }>(
    "select nspname::text as name from pg_catalog.pg_namespace order by 1",
  );
  return rows.map(({ name }) => name);
}
