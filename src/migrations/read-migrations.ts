/** Reads which migrations there are: the folders of each module, at any depth. */
import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { compareText } from "../../graph/compare.ts";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { fileProblem } from "../config/read-text.ts";
import { isIgnored } from "../project/placement.ts";
import { shownPath } from "../project/scan.ts";
import { isMoment, type Migration, parseId, type Script } from "./migration.ts";
import { isStore, storeOf } from "./pin-store.ts";

export interface Migrations {
  /** By timestamp, then module, then name: the order in which they run where none requires another. */
  readonly migrations: readonly Migration[];
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
  const migrations = [...contents.keys()].sort(
    (a, b) =>
      compareText(a.timestamp, b.timestamp) || compareText(a.module, b.module) || compareText(a.id, b.id),
  );
  mistakes.push(...sameNames(config, migrations));
  return { migrations, contents, mistakes };
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
    const names = namesIn(config, path, mistakes);
    const scripts = readScripts(config, path, names, mistakes);
    if (scripts !== null) contents.set({ ...module, id: entry.name, ...id, folder: path, ...scripts }, names);
  }
}

function readScripts(
  config: Config,
  folder: string,
  names: ReadonlySet<string>,
  mistakes: Diagnostic[],
): Pick<Migration, "up" | "down"> | null {
  const up = readScript(config, folder, names, "up", mistakes);
  const down = readScript(config, folder, names, "down", mistakes);
  if (up !== null) return { up, down };
  const others = [...names].filter((name) => /^up\..+\.sql(\.jinja)?$/.test(name));
  mistakes.push({
    code: "migration",
    message: others.length > 0 ? `it has ${others.join(", ")} and no up.sql` : "the migration has no up.sql",
    file: shownPath(config, folder),
    fix: "write up.sql or up.sql.jinja in it, or remove the folder",
  });
  return null;
}

function readScript(
  config: Config,
  folder: string,
  names: ReadonlySet<string>,
  direction: Script["direction"],
  mistakes: Diagnostic[],
): Script | null {
  const plain = `${direction}.sql`;
  const template = `${direction}.sql.jinja`;
  if (names.has(plain) && names.has(template)) {
    mistakes.push({
      code: "migration",
      message: `it has both ${plain} and ${template}`,
      file: shownPath(config, folder),
      fix: "remove one of them",
    });
  }
  const fileName = names.has(template) ? template : names.has(plain) ? plain : null;
  if (fileName === null) return null;
  return { direction, fileName, path: join(folder, fileName), template: fileName === template };
}

function entries(config: Config, folder: string, mistakes: Diagnostic[]): readonly Dirent[] {
  return listed(config, folder, mistakes, () =>
    readdirSync(folder, { withFileTypes: true }).sort((a, b) => compareText(a.name, b.name)),
  );
}

/** Sorted. */
function namesIn(config: Config, folder: string, mistakes: Diagnostic[]): ReadonlySet<string> {
  return new Set(listed(config, folder, mistakes, () => readdirSync(folder).sort(compareText)));
}

function listed<T>(
  config: Config,
  folder: string,
  mistakes: Diagnostic[],
  list: () => readonly T[],
): readonly T[] {
  try {
    return list();
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
    if (same === undefined) return [];
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
