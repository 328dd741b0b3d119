/** The components as migrations have them pinned: the last version of each, up to a migration. */
import type { Config } from "../config/config.ts";
import { isPinnedName } from "../template/template-name.ts";
import type { Migration } from "./migration.ts";
import { type Pin, readPin } from "./pin.ts";

export interface ComponentVersion {
  readonly sha256: string;
  /** The migration that has it pinned last, and all that it is pinned to. */
  readonly migration: Migration;
  readonly pin: Pin;
}

/** By the component's path. `migrations` in the order in which they run. */
export function lastVersions(
  config: Config,
  migrations: readonly Migration[],
): ReadonlyMap<string, ComponentVersion> {
  const versions = new Map<string, ComponentVersion>();
  for (const migration of migrations) {
    const pin = readPin(config, migration);
    if (pin === null) continue;
    for (const [name, sha256] of pin.files) {
      if (isComponent(name)) versions.set(name, { sha256, migration, pin });
    }
    for (const name of pin.removed) versions.delete(name);
  }
  return versions;
}

/** Not a file beside the script, or outside of components/, or an older version that a way back reads. */
function isComponent(name: string): boolean {
  return !name.startsWith("./") && !name.startsWith("../") && !isPinnedName(name);
}
