/** `migration revert` and `downgrade`: undo migrations by what the database keeps of them. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { RecordedMigration } from "../database/migration-ledger.ts";
import type { MigrationStatus } from "../migrations/compare.ts";
import { findMigration } from "../migrations/find-migration.ts";
import { migrationKey } from "../migrations/migration.ts";
import { requiredKeys } from "../migrations/order.ts";
import { readUndoing, revertMigrations } from "../migrations/revert-migrations.ts";
import { type MigrationRunReport, runReport } from "../report/migrations.ts";
import { confirmProtected } from "./confirm.ts";
import type { CommandContext } from "./context.ts";
import { counted } from "./migration-apply.ts";
import {
  applySettings,
  ledgerOf,
  type MigrationsAtTarget,
  type RunOptions,
  withMigrations,
} from "./migration-project.ts";
import { tellRun } from "./tell-run.ts";

export interface RevertOptions extends RunOptions {
  readonly to?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly singleTransaction?: boolean;
}

/** The last one, one that is named, or all after the one of --to. */
export async function revertCommand(
  context: CommandContext,
  options: RevertOptions,
  name: string | undefined,
): Promise<number> {
  const report = await withMigrations(context, options, async (opened) => {
    const { recorded } = opened.ledger;
    return undo(context, options, opened, chosen(recorded, options.to, name), "revert");
  });
  tellRun(context.output, report);
  return 0;
}

function chosen(
  recorded: readonly RecordedMigration[],
  to: string | undefined,
  name: string | undefined,
): readonly RecordedMigration[] {
  const partsOf = (one: RecordedMigration | undefined) =>
    recorded.filter((other) => one !== undefined && migrationKey(other) === migrationKey(one));
  if (name !== undefined) return partsOf(findMigration(recorded, name, true)).toReversed();
  if (to === undefined) return partsOf(recorded.at(-1)).toReversed();
  const last = partsOf(findMigration(recorded, to, true)).at(-1);
  return recorded.slice(last === undefined ? 0 : recorded.indexOf(last) + 1).toReversed();
}

/** `names`: in the order in which they are undone. */
export async function undo(
  context: CommandContext,
  options: RevertOptions,
  opened: MigrationsAtTarget,
  names: readonly RecordedMigration[],
  command: "revert" | "downgrade",
): Promise<MigrationRunReport> {
  refuseNeeded(opened.statuses, names);
  const undoing = await readUndoing(ledgerOf(opened), names);
  const settings = await applySettings(
    context,
    opened,
    options,
    command,
    undoing.map(({ down }) => down),
  );
  const rehearsal = options.dryRun === true;
  if (!rehearsal && names.length > 0) {
    const what = `${command === "revert" ? "revert" : "undo"} ${counted(names.length)}`;
    await confirmProtected(context, opened.project.target, options.yes === true, what);
  }
  const together = options.singleTransaction === true;
  const reverted = await revertMigrations(settings, undoing, { together, rehearsal });
  return runReport("reverted", opened.database, {
    rehearsal,
    migrations: reverted,
    skipped: rehearsal ? undoing.filter(({ down }) => !down.transaction) : [],
    carried: settings.carrying?.carried,
  });
}

/** One that another applied migration requires stays. */
export function refuseNeeded(
  statuses: readonly MigrationStatus[],
  names: readonly RecordedMigration[],
): void {
  const going = new Set(names.map(migrationKey));
  const mistakes = statuses.flatMap((one) => {
    if (one.recorded === null || one.built === null || going.has(migrationKey(one))) return [];
    const { id } = one;
    return one.built.requires
      .filter((text) => requiredKeys(one, text).some((key) => going.has(key)))
      .map((text) => ({
        code: "migration-state" as const,
        message: `migration ${id} requires ${text}, which would be undone`,
        fix: `revert ${id} first`,
      }));
  });
  if (mistakes.length > 0) throw new MigratorError(mistakes);
}
