/** How the parts of migrations stand in one scope. */
import type { RecordedMigration } from "../database/migration-ledger.ts";
import type { BuiltMigration } from "../migrations/built-migration.ts";
import {
  adopting,
  type MigrationState,
  type MigrationStatus,
  missingFrom,
  standingIn,
} from "../migrations/compare.ts";
import { isOpen } from "../migrations/is-open.ts";
import { type Migration, partKey } from "../migrations/migration.ts";
import { allReplaced } from "../migrations/replaced.ts";
import type { MatrixPart } from "./ordered-parts.ts";

/**
 * In the order in which they run, missing ones first. Only what is pending, or whose files changed since, is built: there may be
 * hundreds of parts for each of thousands of values.
 */
export function scopeStatuses(
  parts: readonly MatrixPart[],
  recorded: readonly RecordedMigration[],
  build: (migration: Migration) => BuiltMigration,
): readonly MigrationStatus[] {
  const byKey = new Map(recorded.map((one) => [partKey(one), one]));
  const files = new Set(
    parts.flatMap(({ migration }) => [migration, ...allReplaced(migration.replaces)]).map(partKey),
  );
  const missing = missingFrom(recorded, files);
  const last = new Map<string, number>();
  for (const { migration, index } of parts)
    if (byKey.has(partKey(migration))) last.set(migration.module, index);
  const present = parts.map(({ migration, index, source }): MigrationStatus => {
    const { module, id, part } = migration;
    const record = byKey.get(partKey(migration)) ?? null;
    const same =
      record !== null && record.state !== "partial" && record.undone === 0 && record.source === source;
    const standing = record === null ? standingIn(migration, byKey) : { kind: "run" as const };
    const made = same ? null : { ...build(migration), source };
    const built = made !== null && standing.kind === "adopt" ? adopting(made) : made;
    return {
      module,
      id,
      part,
      state: built === null ? (record?.state ?? "pending") : stateOf(built, record),
      outOfOrder: record === null && standing.kind !== "adopt" && index < (last.get(module) ?? -1),
      built,
      recorded: record,
      lacking: standing.kind === "lacking" ? standing.parts : [],
    };
  });
  return [...missing, ...present];
}

function stateOf(built: BuiltMigration, record: RecordedMigration | null): MigrationState {
  if (record === null) return "pending";
  if (record.undone > 0) return "undoing";
  if (record.state === "partial" || record.checksum === built.up.checksum) return record.state;
  return isOpen(built) ? "unpinned" : "altered";
}
