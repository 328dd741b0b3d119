/** Argument types that only the sync itself made known: `z_view.id%TYPE` of a view that it created. */
import type { DeclaredObject } from "../../graph/declared.ts";
import { type Identity, identityKey, isRoutine } from "../../graph/identity.ts";
import type { Database } from "../database/database.ts";
import { readTypeNames } from "../database/type-names.ts";
import { settleNames, unsettledTypes } from "./assemble.ts";

/** From keys as they were planned to the objects under their settled identities. Runs inside the transaction. */
export async function settleLate(
  database: Database,
  searchPath: readonly string[],
  objects: Iterable<DeclaredObject>,
): Promise<ReadonlyMap<string, DeclaredObject>> {
  const open = [...objects].filter((object) => isOpen(object.identity));
  if (open.length === 0) return new Map();
  const names = unsettledTypes([{ component: "", objects: open, loose: [] }]);
  const types = await readTypeNames(database, searchPath, [...names], true);
  return new Map(
    open.map((object) => [identityKey(object.identity), settleNames(object, types, searchPath, () => false)]),
  );
}

function isOpen(identity: Identity): boolean {
  return isRoutine(identity) && identity.arguments.some((type) => type.endsWith("%TYPE"));
}
