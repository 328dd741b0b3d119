/** The files of a flattening: the baseline and new components are written, what it stands for is put away. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { type Migration, parseId, type Replaced } from "../migrations/migration.ts";
import { listStore, storedPath, storeOf } from "../migrations/pin-store.ts";
import { replacedFolder, writeReplaced } from "../migrations/replaced.ts";
import { shownPath } from "../project/scan.ts";

/** The moment that follows the last of these, so that it runs behind all of them and before what comes later. */
export function baselineFolder(
  moduleFolder: string,
  last: Migration,
  taken: ReadonlySet<string>,
  name: string,
): string {
  const digits = last.timestamp;
  const at = (start: number, end: number) => Number(digits.slice(start, end));
  const moment = new Date(Date.UTC(at(0, 4), at(4, 6) - 1, at(6, 8), at(8, 10), at(10, 12), at(12, 14)));
  for (;;) {
    moment.setUTCSeconds(moment.getUTCSeconds() + 1);
    const timestamp = moment.toISOString().replace(/\D/g, "").slice(0, 14);
    if (!taken.has(timestamp)) return join(moduleFolder, `${timestamp}-${name}`);
  }
}

/** A part of a baseline in this folder, for the matrix or for what runs once. */
export function baselinePart(
  module: string,
  folder: string,
  moduleFolder: string,
  matrix: string | null,
): Migration {
  const id = basename(folder);
  const label = matrix ?? "";
  const fileName = `up${matrix === null ? "" : `.${matrix}`}.sql.jinja`;
  const up = { direction: "up" as const, label, fileName, path: join(folder, fileName), template: true };
  const { timestamp = "", name = "" } = parseId(id) ?? {};
  const part = matrix === null ? "up" : `up.${matrix}`;
  const store = storeOf(moduleFolder);
  return {
    module,
    id,
    timestamp,
    name,
    folder,
    store,
    part,
    matrix,
    number: 0,
    up,
    down: null,
    replaces: [],
  };
}

/** Writes files that were not there; `undo` takes them and their empty folders away again. */
export class WrittenFiles {
  readonly #paths: string[] = [];
  readonly #folders: string[] = [];
  readonly #undoing: (() => void)[] = [];

  write(path: string, text: string): void {
    this.makeFolder(dirname(path));
    if (!this.#paths.includes(path)) {
      writeFileSync(path, text, { flag: "wx" });
      this.#paths.push(path);
    } else writeFileSync(path, text);
  }

  makeFolder(folder: string): void {
    const made = mkdirSync(folder, { recursive: true });
    if (made === undefined) return;
    // The outermost one that was not there.
    this.#folders.push(made);
  }

  /** What comes into the module's store meanwhile is taken away, too. */
  watchStore(moduleFolder: string): void {
    const store = storeOf(moduleFolder);
    const there = existsSync(store);
    const before = new Set(listStore(store).hashes);
    this.#undoing.push(() => {
      if (!there) rmSync(store, { recursive: true, force: true });
      else
        for (const hash of listStore(store).hashes)
          if (!before.has(hash)) removeFile(storedPath(store, hash));
    });
  }

  /** What an earlier attempt stored is stored again where it is still pinned. */
  cleanStore(): void {
    for (const one of this.#undoing) one();
  }

  undo(): void {
    this.cleanStore();
    for (const path of this.#paths) rmSync(path, { force: true });
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
    this.#paths.length = 0;
    this.#folders.length = 0;
  }

  get paths(): readonly string[] {
    return this.#paths;
  }
}

export function writeReplaces(folder: string, parts: readonly Migration[]): void {
  const replaced = parts.map(({ module, id, part, replaces }): Replaced => ({ module, id, part, replaces }));
  writeReplaced(folder, replaced);
}

/** With its folder, where that is empty then. */
function removeFile(path: string): void {
  rmSync(path, { force: true });
  if (readdirSync(dirname(path)).length === 0) rmdirSync(dirname(path));
}

interface PutAway {
  readonly from: string;
  readonly to: string;
}

/** Whole folders where all of their parts are replaced, else the scripts of those that are. */
export function whatToPutAway(
  parts: readonly Migration[],
  all: readonly Migration[],
  baseline: string,
): readonly PutAway[] {
  const kept = join(baseline, replacedFolder);
  const folders = new Map<string, Migration[]>();
  for (const part of parts) folders.set(part.folder, [...(folders.get(part.folder) ?? []), part]);
  return [...folders].flatMap(([folder, some]): readonly PutAway[] => {
    const id = basename(folder);
    if (all.filter((one) => one.folder === folder).length === some.length)
      return [{ from: folder, to: join(kept, id) }];
    return some.flatMap(({ up, down }) =>
      [up, ...(down === null ? [] : [down])].map(({ path, fileName }) => ({
        from: path,
        to: join(kept, id, fileName),
      })),
    );
  });
}

export function putAway(moves: readonly PutAway[], remove: boolean): void {
  for (const { from, to } of moves) {
    if (remove) rmSync(from, { recursive: true });
    else {
      mkdirSync(dirname(to), { recursive: true });
      renameSync(from, to);
    }
    for (
      let parent = dirname(from);
      existsSync(parent) && readdirSync(parent).length === 0;
      parent = dirname(parent)
    )
      rmSync(parent, { recursive: true });
  }
}

/** Throws a MigratorError where git could not bring back what would be removed. */
export function requireInGit(config: Config, moves: readonly PutAway[]): void {
  const paths = moves.map(({ from }) => from);
  const git = (...args: readonly string[]) =>
    spawnSync("git", [...args, "--", ...paths], { cwd: config.root, encoding: "utf8" });
  const changed = git("status", "--short", "--ignored", "-uall");
  const problem =
    changed.error !== undefined || changed.status !== 0
      ? {
          message: "git cannot be asked whether it has the migrations that --remove takes away",
          detail: changed.stderr,
        }
      : changed.stdout.trim() === ""
        ? null
        : {
            message: "git does not have the migrations as they are, and --remove takes them away",
            detail: changed.stdout,
          };
  if (problem === null) return;
  throw new MigratorError(
    [
      {
        code: "usage",
        message: problem.message,
        ...(problem.detail === "" ? {} : { detail: problem.detail }),
        fix: "commit them first; or leave --remove out, and they are kept beside the baseline; or add --force",
      },
    ],
    2,
  );
}

export function shownFiles(config: Config, paths: readonly string[]): readonly string[] {
  return paths.map((path) => shownPath(config, path));
}
