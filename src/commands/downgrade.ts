/** `downgrade`: an older checkout brings a newer database back. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Database } from "../database/database.ts";
import { readRecordedNames, readRecordedParts } from "../database/migration-ledger.ts";
import { readFiles } from "../live/workspace.ts";
import { aroundScript } from "../migrations/live-scripts.ts";
import { type MigrationName, migrationKey, type Names, namesIn } from "../migrations/migration.ts";
import { forgetMigrations, readUndoing, type Undoing } from "../migrations/revert-migrations.ts";
import { type MigrationRunReport, runReport } from "../report/migrations.ts";
import type { BringAlong } from "../tenants/apply-scope.ts";
import { type MatrixScope, sharedScope } from "../tenants/scope.ts";
import { type CommandContext, openProject, type Project } from "./context.ts";
import {
  applySettings,
  built,
  compared,
  ledgerOf,
  type MigrationsAtTarget,
  migrationsOf,
  withMigrations,
} from "./migration-project.ts";
import { type RevertOptions, refuseNeeded, type UndoAround, undo } from "./migration-revert.ts";
import { counted } from "./pending-migrations.ts";
import type { PagePart } from "./plan-page.ts";
import { projectScopes } from "./project-scopes.ts";
import { type Migrating, runSync } from "./run-sync.ts";
import { bringAlong } from "./scope-part.ts";
import { requireDeclared } from "./stored-secrets.ts";
import type { SyncOptions } from "./sync-options.ts";
import { settingsOf } from "./sync-settings.ts";
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
  const parts: PagePart[] = [];
  const undone = await undoneForValues(context, options, parts);
  if (undone !== null) {
    const migrate = async (): Promise<Migrating> => ({ report: undone, around: [], written: [] });
    const before = { parts, warnings: undone.warnings, left: [], told: {} };
    return runSync(context, options, { ...sync, rehearsal, migrate, before });
  }
  return runSync(context, options, {
    ...sync,
    rehearsal,
    migrate: async (project, database) => {
      const opened = migrationsOf(project);
      const at = await compared(opened, await built(opened), database);
      return undoLive(context, options, at);
    },
  });
}

const sync = { command: "sync", paths: [] } as const;

/**
 * Where any of it ran for values of matrices, each has a transaction of its own: what components stand in the way of is undone around
 * these. Null where nothing ran for values, and nothing was done.
 */
async function undoneForValues(
  context: CommandContext,
  options: DowngradeOptions,
  gather: PagePart[],
): Promise<MigrationRunReport | null> {
  const { config } = await openProject(context, options);
  if (Object.keys(config.matrices).length === 0) return null;
  return withMigrations(context, options, async (opened) => {
    const names = await namesToUndo(opened);
    const shown = namesIn(config);
    if (!(await ranForValues(opened, names))) return null;
    requireAgreement(context, options, shown, names);
    return undo(context, options, opened, names, "downgrade", undoAround(context, options, opened, gather));
  });
}

function undoAround(
  context: CommandContext,
  options: DowngradeOptions,
  { project, database }: MigrationsAtTarget,
  gather: PagePart[],
): UndoAround {
  let reading: Promise<BringAlong> | undefined;
  return async (undoing, settings) => {
    refuseAlone(undoing, settings.names);
    const [{ scope: name } = { scope: sharedScope }] = undoing;
    const around = undoing.flatMap((one) =>
      aroundScript({ ...one, label: settings.names.part(one), resolve: settings.resolve }),
    );
    const written = forgetMigrations(settings, undoing);
    if (name === sharedScope) {
      const migrate = async (): Promise<Migrating> => ({ report: null, around, written, more: true });
      await runSync(context, options, { ...sync, rehearsal: false, opened: project, migrate, gather });
      return;
    }
    reading ??= readFiles(project.config, project).then((files) => {
      const how = settingsOf(context, project, options, { command: "sync", rehearsal: false });
      const each = { select: null, asksEach: false, isolated: false };
      return bringAlong({ context, project, files, ...each, settings: how });
    });
    const bring = await reading;
    const scope = await scopeNamed(context, project, name, database);
    await bring(scope, database, around, written);
  };
}

async function scopeNamed(
  context: CommandContext,
  project: Project,
  name: string,
  database: Database,
): Promise<MatrixScope> {
  const matrix = name.slice(0, name.indexOf("="));
  const scopes =
    project.config.matrices[matrix] === undefined
      ? []
      : await projectScopes(context, project, matrix, async () => database);
  const scope = scopes.find((one) => one.name === name);
  if (scope !== undefined) return scope;
  throw new MigratorError([
    {
      code: "dependent-blocks",
      message: `components of ${name}, which its source gives no more, stand in the way of a way back`,
      fix: `bring the value back to its source, or take it away with migrator tenant remove, and run migrator downgrade again`,
    },
  ]);
}

async function ranForValues(
  { database, project: { config } }: MigrationsAtTarget,
  names: readonly MigrationName[],
): Promise<boolean> {
  if (names.length === 0) return false;
  const parts = await readRecordedParts(database, config.ledgerSchema, config.project, names);
  return parts.some(({ scope }) => scope !== sharedScope);
}

/** Newest first. */
async function namesToUndo({
  all,
  ledger,
  database,
  project: { config },
}: MigrationsAtTarget): Promise<readonly MigrationName[]> {
  const here = new Set(all.map(migrationKey));
  const recorded = ledger.there ? await readRecordedNames(database, config.ledgerSchema, config.project) : [];
  return recorded.filter((one) => !here.has(migrationKey(one))).toReversed();
}

async function toUndo(
  context: CommandContext,
  options: DowngradeOptions,
  opened: MigrationsAtTarget,
): Promise<readonly MigrationName[]> {
  const names = await namesToUndo(opened);
  requireAgreement(context, options, namesIn(opened.project.config), names);
  return names;
}

function requireAgreement(
  { output }: CommandContext,
  options: DowngradeOptions,
  shown: Names,
  names: readonly MigrationName[],
): void {
  if (names.length === 0 || options.dryRun === true) return;
  output.say(
    ["to be undone, from the ledger:", ...names.map((one) => `  ${shown.migration(one)}`)].join("\n"),
  );
  requireYes(options, names.length);
}

async function undoLive(
  context: CommandContext,
  options: DowngradeOptions,
  at: MigrationsAtTarget,
): Promise<Migrating> {
  const names = await toUndo(context, options, at);
  refuseNeeded(at.statuses, names, namesIn(at.project.config));
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
  refuseAlone(undoing, namesIn(at.project.config));
  return {
    around: undoing.flatMap((one) =>
      aroundScript({ ...one, label: settings.names.part(one), resolve: settings.resolve }),
    ),
    written: forgetMigrations(settings, undoing),
    report: runReport("reverted", at.database, namesIn(at.project.config), {
      rehearsal: options.dryRun === true,
      migrations: undoing,
    }),
  };
}

/** Their statements cannot be part of the transaction in which the components follow. */
function refuseAlone(undoing: readonly Undoing[], names: Names): void {
  const alone = undoing.filter(({ down }) => !down.transaction);
  if (alone.length === 0) return;
  throw new MigratorError(
    alone.map((one) => ({
      code: "migration-state",
      message: `the way back of ${names.migration(one)} runs statement by statement, and cannot share a transaction with the components`,
      fix: `run migrator migration revert ${names.migration(one)} first, then migrator downgrade again`,
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
