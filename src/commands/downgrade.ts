/** `downgrade`: an older checkout brings a newer database back. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { RecordedMigration } from "../database/migration-ledger.ts";
import { aroundScript } from "../migrations/live-scripts.ts";
import { forgetMigrations, readUndoing, type Undoing } from "../migrations/revert-migrations.ts";
import { runReport } from "../report/migrations.ts";
import { type CommandContext, openProject } from "./context.ts";
import { counted } from "./migration-apply.ts";
import {
  applySettings,
  built,
  compared,
  ledgerOf,
  type MigrationsAtTarget,
  migrationsOf,
  withMigrations,
} from "./migration-project.ts";
import { type RevertOptions, refuseNeeded, undo } from "./migration-revert.ts";
import { type Migrating, runSync, type SyncOptions } from "./run-sync.ts";
import { tellRun } from "./tell-run.ts";

export type DowngradeOptions = RevertOptions & SyncOptions & { readonly yes?: boolean };

/**
 * Undoes what the database has and the files have not, newest first. On a live target the components come to the state of
 * the files in the same transaction: what they say by now needs less than what they said.
 */
export async function downgrade(context: CommandContext, options: DowngradeOptions): Promise<number> {
  const { target } = await openProject(context, options);
  const rehearsal = options.dryRun === true;
  if (target.kind === "server" && target.components === "migrated") {
    const report = await withMigrations(context, options, async (opened) => {
      const names = toUndo(context, options, opened);
      return undo(context, options, opened, names, "downgrade");
    });
    await tellRun(context.output, report, "downgrade");
    return 0;
  }
  return runSync(context, options, {
    command: "sync",
    rehearsal,
    paths: [],
    migrate: async (project, database) => {
      const opened = migrationsOf(project);
      const at = await compared(opened, await built(opened), database);
      return undoLive(context, options, at);
    },
  });
}

function toUndo(
  { output }: CommandContext,
  options: DowngradeOptions,
  { statuses }: MigrationsAtTarget,
): readonly RecordedMigration[] {
  const missing = statuses.flatMap(({ state, recorded }) =>
    state === "missing" && recorded !== null ? [recorded] : [],
  );
  const names = missing.toReversed();
  if (names.length > 0 && options.dryRun !== true) {
    output.say(["to be undone, from the ledger:", ...names.map(({ id }) => `  ${id}`)].join("\n"));
    requireYes(options, names.length);
  }
  return names;
}

async function undoLive(
  context: CommandContext,
  options: DowngradeOptions,
  at: MigrationsAtTarget,
): Promise<Migrating> {
  const names = toUndo(context, options, at);
  refuseNeeded(at.statuses, names);
  const undoing = await readUndoing(ledgerOf(at), names);
  const settings = await applySettings(
    context,
    at,
    options,
    "downgrade",
    undoing.map(({ down }) => down),
  );
  refuseAlone(undoing);
  return {
    around: undoing.flatMap(({ module, id, statements, locate }) =>
      aroundScript({ module, id, statements, locate, resolve: settings.resolve }),
    ),
    written: forgetMigrations(settings, undoing),
    report: runReport("reverted", at.database, { rehearsal: options.dryRun === true, migrations: undoing }),
  };
}

/** Their statements cannot be part of the transaction in which the components follow. */
function refuseAlone(undoing: readonly Undoing[]): void {
  const alone = undoing.filter(({ down }) => !down.transaction);
  if (alone.length === 0) return;
  throw new MigratorError(
    alone.map(({ id }) => ({
      code: "migration-state",
      message: `the way back of ${id} runs statement by statement, and cannot share a transaction with the components`,
      fix: `run migrator migration revert ${id} first, then migrator downgrade again`,
    })),
  );
}

/** Down scripts drop what was made: never without somebody who wants it. */
function requireYes(options: DowngradeOptions, count: number): void {
  if (options.yes === true) return;
  const message = `this would undo ${counted(count)}; nothing was changed`;
  throw new MigratorError(
    [{ code: "usage", message, fix: "add --yes to do it, or --dry-run to rehearse it" }],
    2,
  );
}
