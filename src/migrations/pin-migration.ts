/** Pins a migration: what its build reads now is what it reads for ever. */
import { compareText } from "../../graph/compare.ts";
import { loadParser } from "../sql/library.ts";
import { buildScript, loadTemplates } from "./build.ts";
import type { BuildContext } from "./build-context.ts";
import type { BuiltScript } from "./built-script.ts";
import { type Migration, type Script, scriptLabel } from "./migration.ts";
import { openVariables, type Pin, type PinnedValues, readPin, writePin } from "./pin.ts";
import { storeContent } from "./pin-store.ts";
import { migrationSources } from "./sources.ts";

export interface PinnedMigration {
  readonly migration: Migration;
  readonly before: Pin | null;
  readonly pin: Pin;
}

/** A part of a migration, and what it is built for: once, or for each value of its matrix. */
export interface PinnedPart {
  readonly migration: Migration;
  readonly contexts: readonly BuildContext[];
}

interface Built {
  readonly script: Script;
  readonly built: BuiltScript;
}

/**
 * Writes the pin of a migration (`parts`, at least one) and the store; `gone` are components that the migration takes away. Throws a
 * MigratorError where it cannot be built; nothing is written then.
 */
export async function pinMigration(
  parts: readonly [PinnedPart, ...PinnedPart[]],
  gone: ReadonlySet<string> = new Set(),
): Promise<PinnedMigration> {
  await loadParser();
  await loadTemplates(parts.map((part) => part.migration));
  const [{ migration, contexts }] = parts;
  const [context] = contexts;
  if (context === undefined) throw new Error(`${migration.id} is built for nothing`);
  const before = readPin(context.config, migration);
  const stores: (() => void)[] = [];
  const built = parts.flatMap((part) =>
    part.contexts.flatMap((one) => buildPart(one, part.migration, stores)),
  );
  for (const store of stores) store();
  const files = new Map(built.flatMap((one) => [...one.built.files]));
  const removed = new Set([...(before?.removed ?? []), ...gone].filter((name) => !files.has(name)));
  const pin: Pin = { files, removed, values: valuesOf(context, built) };
  writePin(migration.folder, pin);
  return { migration, before, pin };
}

/** `stores`: what writes the contents of the files that were read. */
function buildPart(context: BuildContext, migration: Migration, stores: (() => void)[]): readonly Built[] {
  const { up, down } = migration;
  return [up, ...(down === null ? [] : [down])].map((script) => {
    const built = buildScript(context, migration, script, null);
    const sources = migrationSources(context, migration, script, null);
    stores.push(() => {
      for (const name of built.files.keys()) {
        const bytes = sources.bytesOf(name);
        if (bytes !== undefined) storeContent(migration.store, bytes);
      }
    });
    return { script, built };
  });
}

function valuesOf({ config }: BuildContext, built: readonly Built[]): PinnedValues {
  const open = openVariables(config.targets);
  const used = built.flatMap((one) => Object.entries(one.built.variables));
  return {
    variables: Object.fromEntries(used.filter(([name]) => !open.has(name))),
    generated: generatedOf(built),
    absent: [...new Set(built.flatMap((one) => one.built.absent))].sort(compareText),
    environment: Object.fromEntries(built.flatMap((one) => Object.entries(one.built.environment))),
  };
}

/** Each value of a matrix makes its own of these. */
function generatedOf(built: readonly Built[]): PinnedValues["generated"] {
  const longest = new Map<string, readonly string[]>();
  for (const { script, built: one } of built) {
    const label = scriptLabel(script);
    if (one.generated.length > (longest.get(label)?.length ?? 0)) longest.set(label, one.generated);
  }
  return Object.fromEntries(longest);
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
