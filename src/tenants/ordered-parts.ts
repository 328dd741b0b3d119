/** The parts of all migrations in the order in which they run, those of matrices among those that run once. */
import { readFileSync } from "node:fs";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { fileProblem } from "../config/read-text.ts";
import type { Migration, Script } from "../migrations/migration.ts";
import { readPin } from "../migrations/pin.ts";
import { shownPath } from "../project/scan.ts";
import { sha256 } from "../project/text-file.ts";

/** A part that runs for each value of a matrix. */
export interface MatrixPart {
  readonly migration: Migration;
  readonly matrix: string;
  /** Its place among all parts. */
  readonly index: number;
  /** Tells a change of its files, whatever value it is built for. */
  readonly source: string;
}

export interface OrderedParts {
  /** The place of each part that runs once. */
  readonly shared: ReadonlyMap<Migration, number>;
  readonly ofMatrices: readonly MatrixPart[];
}

/**
 * `all` as they are read, `shared` in the order in which they run: a requirement may have changed it. A part of a matrix goes with
 * the shared part before it.
 */
export function orderParts(
  config: Config,
  all: readonly Migration[],
  shared: readonly Migration[],
): OrderedParts {
  const behind = new Map<Migration | null, Migration[]>();
  let last: Migration | null = null;
  for (const migration of all) {
    if (migration.matrix === null) last = migration;
    else behind.set(last, [...(behind.get(last) ?? []), migration]);
  }
  const ordered = [null, ...shared].flatMap((one) => [
    ...(one === null ? [] : [one]),
    ...(behind.get(one) ?? []),
  ]);
  return {
    shared: new Map(ordered.flatMap((one, index) => (one.matrix === null ? [[one, index] as const] : []))),
    ofMatrices: ordered.flatMap((migration, index) => {
      const { matrix } = migration;
      return matrix === null ? [] : [{ migration, matrix, index, source: sourceOf(config, migration) }];
    }),
  };
}

function sourceOf(config: Config, migration: Migration): string {
  const { up, down } = migration;
  const files = readPin(config, migration)?.files ?? [];
  return sha256(JSON.stringify([hashOf(config, up), down === null ? null : hashOf(config, down), ...files]));
}

/** Line ends do not count: version control may change them. */
function hashOf(config: Config, { path }: Script): string {
  try {
    return sha256(readFileSync(path, "utf8").replaceAll("\r\n", "\n"));
  } catch (error) {
    throw new MigratorError([fileProblem(shownPath(config, path), error)]);
  }
}
