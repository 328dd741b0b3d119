/** Pins a migration: what its build reads now is what it reads for ever. */
import { type BuildContext, type BuiltScript, buildScript } from "./build.ts";
import type { Migration } from "./migration.ts";
import { type Pin, type PinnedValues, readPin, writePin } from "./pin.ts";
import { storeContent } from "./pin-store.ts";
import { migrationSources } from "./sources.ts";

export interface PinnedMigration {
  readonly migration: Migration;
  readonly before: Pin | null;
  readonly pin: Pin;
}

/** Writes the pin and the store; `gone` are components that the migration takes away. Throws a MigratorError where the migration cannot be built; nothing is written then. */
export function pinMigration(
  context: BuildContext,
  migration: Migration,
  gone: ReadonlySet<string> = new Set(),
): PinnedMigration {
  const before = readPin(context.config, migration);
  const up = buildScript(context, migration, migration.up, null);
  const down = migration.down === null ? null : buildScript(context, migration, migration.down, null);
  const files = new Map([...up.files, ...(down?.files ?? [])]);
  const sources = migrationSources(context, migration, migration.up, null);
  for (const name of files.keys()) {
    const bytes = sources.bytesOf(name);
    if (bytes !== undefined) storeContent(migration.store, bytes);
  }
  const removed = new Set([...(before?.removed ?? []), ...gone].filter((name) => !files.has(name)));
  const pin: Pin = { files, removed, values: valuesOf(context, up, down) };
  writePin(migration.folder, pin);
  return { migration, before, pin };
}

/** What a target sets itself stays open: it differs by design. */
function valuesOf({ config }: BuildContext, up: BuiltScript, down: BuiltScript | null): PinnedValues {
  const open = new Set(Object.values(config.targets).flatMap(({ variables }) => Object.keys(variables)));
  const used = Object.entries({ ...up.variables, ...down?.variables });
  return {
    variables: Object.fromEntries(used.filter(([name]) => !open.has(name))),
    generated: { up: up.generated, down: down?.generated ?? [] },
    environment: { ...up.environment, ...down?.environment },
  };
}

export interface PinDifference {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly gone: readonly string[];
}

/** By the names of files. */
export function comparePins(before: Pin | null, after: Pin): PinDifference {
  const old = before?.files ?? new Map<string, string>();
  const names = [...after.files.keys()];
  return {
    added: names.filter((name) => !old.has(name)),
    changed: names.filter((name) => old.has(name) && old.get(name) !== after.files.get(name)),
    gone: [...old.keys()].filter((name) => !after.files.has(name)),
  };
}
