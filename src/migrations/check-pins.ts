/** Whether the stores are whole: everything pinned is there and as it was, and nothing else is. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { shownPath } from "../project/scan.ts";
import type { Migration } from "./migration.ts";
import { type Pin, readPin } from "./pin.ts";
import { listStore, lookUp, storedPath, storeOf } from "./pin-store.ts";
import { replacedFolder } from "./replaced.ts";

export interface PinCheck {
  /** Migrations that are pinned. */
  readonly pinned: number;
  readonly stored: number;
  readonly mistakes: readonly Diagnostic[];
  /** Absolute paths of stored files that no migration is pinned to. */
  readonly orphans: readonly string[];
}

export function checkPins(config: Config, migrations: readonly Migration[]): PinCheck {
  const mistakes: Diagnostic[] = [];
  const used = new Map<string, Set<string>>();
  let pinned = 0;
  // Parts of one migration share a pin.
  const folders = new Map(migrations.map((migration) => [migration.folder, migration]));
  for (const { store, replacedFolders } of [...folders.values()].map(withReplaced)) {
    const hashes = used.get(store) ?? new Set();
    used.set(store, hashes);
    for (const folder of replacedFolders)
      for (const hash of readOrTell(config, { folder }, mistakes)?.files.values() ?? []) hashes.add(hash);
  }
  for (const migration of folders.values()) {
    const pin = readOrTell(config, migration, mistakes);
    if (pin === null) continue;
    pinned++;
    const hashes = used.get(migration.store) ?? new Set();
    used.set(migration.store, hashes);
    for (const [name, hash] of pin.files) {
      hashes.add(hash);
      const found = lookUp(config, migration.store, hash, name);
      if (found.kind === "mistake") {
        const detail = `pinned by ${shownPath(config, migration.folder)}`;
        mistakes.push({ ...found.mistake, detail });
      }
    }
  }
  const orphans: string[] = [];
  let stored = 0;
  for (const store of storesOf(config, migrations)) {
    const { hashes, strange } = listStore(store);
    stored += hashes.length;
    const known = used.get(store) ?? new Set();
    for (const hash of hashes) if (!known.has(hash)) orphans.push(storedPath(store, hash));
    for (const path of strange) {
      mistakes.push({
        code: "pin",
        message: "the file does not belong into the store: its name is not a hash",
        file: shownPath(config, path),
        fix: "remove it",
      });
    }
  }
  return { pinned, stored, mistakes, orphans };
}

/** What a baseline keeps of the migrations that it replaced can be brought back. */
function withReplaced({ folder, store }: Migration): {
  readonly store: string;
  readonly replacedFolders: readonly string[];
} {
  const kept = join(folder, replacedFolder);
  const names = existsSync(kept) ? readdirSync(kept) : [];
  return { store, replacedFolders: names.map((name) => join(kept, name)) };
}

function readOrTell(
  config: Config,
  migration: Pick<Migration, "folder">,
  mistakes: Diagnostic[],
): Pin | null {
  try {
    return readPin(config, migration);
  } catch (error) {
    if (!(error instanceof MigratorError)) throw error;
    mistakes.push(...error.diagnostics);
    return null;
  }
}

/** Of every module, also of one whose migrations are gone. */
function storesOf(config: Config, migrations: readonly Migration[]): ReadonlySet<string> {
  return new Set([
    ...config.modules.map(({ folder }) => storeOf(folder)),
    ...migrations.map(({ store }) => store),
  ]);
}
