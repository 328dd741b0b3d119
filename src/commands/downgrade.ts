/** `downgrade`: an older checkout brings a newer database back. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { readRecordedNames, readRecordedParts } from "../database/migration-ledger.ts";
import { aroundScript } from "../migrations/live-scripts.ts";
import { type MigrationName, migrationKey } from "../migrations/migration.ts";
import { forgetMigrations, readUndoing, type Undoing } from "../migrations/revert-migrations.ts";
import { runReport } from "../report/migrations.ts";
import { sharedScope } from "../tenants/scope.ts";
import { type CommandContext, openProject } from "./context.ts";
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
import { counted } from "./pending-migrations.ts";
import { type Migrating, runSync, type SyncOptions } from "./run-sync.ts";
import { requireDeclared } from "./stored-secrets.ts";
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
      const names = await toUndo(context, options, opened);
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

async function toUndo(
  { output }: CommandContext,
  options: DowngradeOptions,
  { all, ledger, database, project: { config } }: MigrationsAtTarget,
): Promise<readonly MigrationName[]> {
  const here = new Set(all.map(migrationKey));
  const recorded = ledger.there ? await readRecordedNames(database, config.ledgerSchema, config.project) : [];
  const missing = recorded.filter((one) => !here.has(migrationKey(one)));
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
  const names = await toUndo(context, options, at);
  refuseNeeded(at.statuses, names);
  await refuseScopes(at, names);
  const going = new Set(names.map(migrationKey));
  const records = at.ledger.recorded.filter((one) => going.has(migrationKey(one))).toReversed();
  const undoing = await readUndoing(ledgerOf(at), records);
  await requireDeclared(context, at, undoing);
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

/** Ways back of values have transactions of their own. */
async function refuseScopes(
  { database, project: { config } }: MigrationsAtTarget,
  names: readonly MigrationName[],
): Promise<void> {
  if (names.length === 0) return;
  const parts = await readRecordedParts(database, config.ledgerSchema, config.project, names);
  const ids = new Set(parts.filter(({ scope }) => scope !== sharedScope).map(({ id }) => id));
  if (ids.size === 0) return;
  throw new MigratorError(
    [...ids].map((id) => ({
      code: "migration-state",
      message: `${id} ran for values of matrices, whose ways back cannot share a transaction with the components`,
      fix: `run migrator migration revert ${id} first, then migrator downgrade again`,
    })),
  );
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
