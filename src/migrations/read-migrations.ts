/** Reads which migrations there are: the folders of each module, at any depth. */
import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { compareText } from "../../graph/compare.ts";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { fileProblem } from "../config/read-text.ts";
import { isIgnored } from "../project/placement.ts";
import { shownPath } from "../project/scan.ts";
import { isMoment, type Migration, parseId } from "./migration.ts";
import { nestedMigrations } from "./nested-migration.ts";
import { isStore, storeOf } from "./pin-store.ts";
import { readParts } from "./read-parts.ts";
import { isReplacing, matrixOfPart, readReplaced } from "./replaced.ts";

export interface Migrations {
  /** By timestamp, then module, then name, then part: the order in which they run where none requires another. Those that run once. */
  readonly migrations: readonly Migration[];
  /** The same with the parts that run for each value of a matrix. */
  readonly all: readonly Migration[];
  /** The names of what lies in the folder of each. */
  readonly contents: ReadonlyMap<Migration, ReadonlySet<string>>;
  readonly mistakes: readonly Diagnostic[];
}

export function readMigrations(config: Config): Migrations {
  const contents = new Map<Migration, ReadonlySet<string>>();
  const mistakes: Diagnostic[] = [];
  for (const { name, folder } of config.modules) {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found?.isDirectory() !== true) {
      if (found !== undefined) mistakes.push(noFolder(config, folder));
      // The one that is there by default need not be.
      else if (config.modules.length > 1 || name !== config.project)
        mistakes.push(missingFolder(config, name, folder));
      continue;
    }
    readFolder(config, { module: name, store: storeOf(folder) }, folder, contents, mistakes);
  }
  const all = [...contents.keys()].sort(
    (a, b) =>
      compareText(a.timestamp, b.timestamp) ||
      compareText(a.module, b.module) ||
      compareText(a.id, b.id) ||
      compareText(a.folder, b.folder) ||
      a.number - b.number ||
      compareText(a.matrix ?? "", b.matrix ?? ""),
  );
  mistakes.push(...sameNames(config, all));
  return { migrations: all.filter(({ matrix }) => matrix === null), all, contents, mistakes };
}

function readFolder(
  config: Config,
  module: Pick<Migration, "module" | "store">,
  folder: string,
  contents: Map<Migration, ReadonlySet<string>>,
  mistakes: Diagnostic[],
): void {
  for (const entry of entries(config, folder, mistakes)) {
    if (isIgnored(entry.name) || isStore(entry.name)) continue;
    const path = join(folder, entry.name);
    if (!isFolder(entry, path)) {
      if (/\.sql(\.jinja)?$/.test(entry.name)) mistakes.push(looseScript(config, path));
      continue;
    }
    const id = parseId(entry.name);
    if (id === null) {
      // A folder that only sorts others (by year, by team) may have any name but one that means to be a moment.
      if (/^\d{5,}([-_]|$)/.test(entry.name)) mistakes.push(wrongTimestamp(config, path));
      else readFolder(config, module, path, contents, mistakes);
      continue;
    }
    if (!isMoment(id.timestamp)) {
      mistakes.push(wrongTimestamp(config, path));
      continue;
    }
    const inside = entries(config, path, mistakes);
    const names = new Set(inside.map(({ name }) => name));
    mistakes.push(...nestedMigrations(config, path, inside));
    const replaced = isReplacing(names) ? readReplaced(config, path, mistakes) : [];
    for (const part of readParts(config, path, names, mistakes)) {
      const replaces = replaced.filter((one) => matrixOfPart(one.part) === part.matrix);
      contents.set({ ...module, id: entry.name, ...id, folder: path, ...part, replaces }, names);
    }
  }
}

/** Sorted. */
function entries(config: Config, folder: string, mistakes: Diagnostic[]): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => compareText(a.name, b.name));
  } catch (error) {
    mistakes.push(fileProblem(shownPath(config, folder), error));
    return [];
  }
}

function isFolder(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function sameNames(config: Config, migrations: readonly Migration[]): readonly Diagnostic[] {
  const first = new Map<string, Migration>();
  return migrations.flatMap((migration): readonly Diagnostic[] => {
    const { module, timestamp, id } = migration;
    // The name begins with the timestamp.
    const moment = `${module} ${timestamp}`;
    const same = first.get(moment);
    first.set(moment, migration);
    if (same === undefined || same.folder === migration.folder) return [];
    const what = same.id === id ? "name" : "timestamp";
    return [
      {
        code: "migration",
        message: `two migrations of module ${module} have the same ${what}: their order is not known`,
        file: shownPath(config, migration.folder),
        detail: `the other is ${shownPath(config, same.folder)}`,
        fix: "rename the one that is not applied anywhere yet",
      },
    ];
  });
}

function wrongTimestamp(config: Config, path: string): Diagnostic {
  return {
    code: "migration",
    message: "the folder's name does not begin with a moment: fourteen digits, UTC, year to second",
    file: shownPath(config, path),
    fix: "name it like 20240802030220-support-roles; migrator migration new NAME does so",
  };
}

function looseScript(config: Config, path: string): Diagnostic {
  return {
    code: "migration",
    message: "a script stands outside of a migration's folder",
    file: shownPath(config, path),
    fix: "make a folder such as 20240802030220-support-roles and move it there as up.sql",
  };
}

function noFolder(config: Config, folder: string): Diagnostic {
  return {
    code: "migration",
    message: "a file stands in the place of the folder of migrations",
    file: shownPath(config, folder),
    fix: 'remove it, or correct the path under "modules" in migrator.json',
  };
}

function missingFolder(config: Config, name: string, folder: string): Diagnostic {
  return {
    code: "migration",
    message: `module ${name} has no folder of migrations`,
    file: shownPath(config, folder),
    fix: 'create it, or correct the path under "modules" in migrator.json',
  };
}
