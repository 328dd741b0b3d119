/** How the migrations in the files stand to those in the ledger. */
import type { RecordedMigration } from "../database/migration-ledger.ts";
import type { BuiltMigration } from "./built-migration.ts";
import { type Migration, type PartName, partKey } from "./migration.ts";
import { isOpen } from "./prepare.ts";
import { allReplaced, type Standing, standingOf } from "./replaced.ts";

/**
 * `altered`: its SQL is no longer what ran. `unpinned`: it ran without a pin and what it reads changed since.
 * `missing`: it ran, and there is no file of it. `partial`: it stopped in the middle.
 * `undoing`: its way back stopped in the middle.
 */
export type MigrationState =
  | "applied"
  | "adopted"
  | "pending"
  | "partial"
  | "undoing"
  | "altered"
  | "unpinned"
  | "missing";

export interface MigrationStatus extends PartName {
  readonly state: MigrationState;
  /** Pending, and a later one of its module ran already. */
  readonly outOfOrder: boolean;
  /** Null for one that is missing. */
  readonly built: BuiltMigration | null;
  /** Null for one that is pending. */
  readonly recorded: RecordedMigration | null;
  /** Of a baseline that is pending: what the database lacks of that which it stands for, where it has some of it. */
  readonly lacking: readonly PartName[];
}

/** In the order in which they run; missing ones first, as they were recorded. */
export function compareMigrations(
  built: readonly BuiltMigration[],
  recorded: readonly RecordedMigration[],
): readonly MigrationStatus[] {
  const byKey = new Map(recorded.map((one) => [partKey(one), one]));
  const files = new Set(built.flatMap((one) => [one, ...allReplaced(one.migration.replaces)]).map(partKey));
  const missing = missingFrom(recorded, files);
  const last = new Map<string, number>();
  for (const [index, one] of built.entries()) if (byKey.has(partKey(one))) last.set(one.module, index);
  const present = built.map((one, index): MigrationStatus => {
    const record = byKey.get(partKey(one)) ?? null;
    const standing = record === null ? standingIn(one.migration, byKey) : { kind: "run" as const };
    return {
      module: one.module,
      id: one.id,
      part: one.part,
      state: record === null ? "pending" : stateOf(one, record),
      // What an adopted one stands for was in order.
      outOfOrder: record === null && standing.kind !== "adopt" && index < (last.get(one.module) ?? -1),
      built: standing.kind === "adopt" ? adopting(one) : one,
      recorded: record,
      lacking: standing.kind === "lacking" ? standing.parts : [],
    };
  });
  return [...missing, ...present];
}

/** What ran, and of which there is no file (`files`, by `partKey`). */
export function missingFrom(
  recorded: readonly RecordedMigration[],
  files: ReadonlySet<string>,
): readonly MigrationStatus[] {
  return recorded
    .filter((one) => !files.has(partKey(one)))
    .map(
      (one): MigrationStatus => ({
        module: one.module,
        id: one.id,
        part: one.part,
        state: "missing",
        outOfOrder: false,
        built: null,
        recorded: one,
        lacking: [],
      }),
    );
}

export function standingIn(
  { replaces }: Pick<Migration, "replaces">,
  recorded: ReadonlyMap<string, RecordedMigration>,
): Standing {
  return standingOf(replaces, (key) => (recorded.get(key)?.state ?? "partial") !== "partial");
}

/** It is recorded and does nothing; the way back of nothing is nothing, so that an older checkout can take the record away. */
export function adopting(one: BuiltMigration): BuiltMigration {
  const { up } = one;
  const nothing = {
    text: "",
    checksum: "",
    files: new Map(),
    variables: {},
    scopeVariables: {},
    secrets: {},
  };
  const directives = { transaction: true, requires: [] };
  return { ...one, adopts: true, down: { ...up, ...nothing, directives, generated: [], environment: {} } };
}

function stateOf(built: BuiltMigration, record: RecordedMigration): MigrationState {
  if (record.undone > 0) return "undoing";
  if (record.state === "partial") return "partial";
  if (record.checksum === built.up.checksum) return record.state;
  return isOpen(built) ? "unpinned" : "altered";
}
