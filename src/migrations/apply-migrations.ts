/** Applies what is pending, one migration after the other. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Reconnected } from "../database/commit.ts";
import { DatabaseError } from "../database/database.ts";
import { ledgerStatements, ledgerSchema as ledgerTables } from "../database/ledger.ts";
import { takeTurn } from "../database/lock.ts";
import {
  migrationTable,
  type RecordedMigration,
  readRecorded,
  readStoredMigration,
} from "../database/migration-ledger.ts";
import { runStatement } from "../database/remember.ts";
import { sharedScope } from "../tenants/scope.ts";
import { type Names, type PartName, partKey } from "./migration.ts";
import type { RunnableMigration } from "./prepare.ts";
import { RanMeanwhile } from "./ran-meanwhile.ts";
import { requireSameBeginning } from "./resumed-script.ts";
import {
  isAsked,
  type MigrationRun,
  recordApplied,
  runAlone,
  runInTurn,
  runTogether,
} from "./run-migration.ts";
import { type RunSettings, runInTransaction } from "./run-script.ts";
import { runsAsSql } from "./runs-as-sql.ts";

export interface ApplySettings extends RunSettings {
  readonly command: string;
  readonly author: string;
  readonly tool: string;
  readonly resolve: (sql: string) => string;
  readonly reconnected: Reconnected | null;
  /** The ledger's tables and the project's row are there. */
  readonly hasLedger?: boolean;
  /** Told as each one is done. */
  readonly onApplied: (applied: AppliedMigration) => void;
  /** Told what is rehearsed as plain SQL, once it worked. */
  readonly onRehearsed?: ((sql: string) => void) | undefined;
}

export interface AppliedMigration extends PartName {
  readonly scope: string;
  /** Milliseconds. */
  readonly duration: number;
}

/** What runs next: its scripts, and how many statements of it ran before (-1: none, and no record of it). */
export interface PendingMigration {
  readonly runnable: RunnableMigration;
  readonly done: number;
}

export interface ApplyWay {
  /** All of them in one transaction. */
  readonly together: boolean;
  /** Rolled back. Those that run statement by statement cannot be rehearsed and are left out. */
  readonly rehearsal: boolean;
}

/** Stops at the first that fails; those before it stay applied, unless all share a transaction. */
export async function applyMigrations(
  settings: ApplySettings,
  pending: readonly PendingMigration[],
  way: ApplyWay,
): Promise<readonly AppliedMigration[]> {
  const { ledgerSchema, author, tool, resolve } = settings;
  for (const one of pending) await requireResumed(settings, one);
  let prepare = settings.hasLedger === true ? [] : ledgerOf(ledgerSchema);
  // What the first one makes, those behind it find.
  const afterwards = (runnable: RunnableMigration, first: boolean) =>
    afterStatements(settings, runnable, first && prepare.length > 0);
  const runs = pending.map(({ runnable, done }): MigrationRun => ({ runnable, done, author, tool, resolve }));
  if (way.together) refuseAlone(runs, settings.names);
  if (way.together || way.rehearsal) {
    const inside = runs.filter(({ runnable }) => runnable.up.directives.transaction);
    const started = performance.now();
    try {
      if (inside.length > 0) await runTogether(settings, inside, prepare, afterwards, way.rehearsal);
    } catch (error) {
      const [first] = inside;
      throw first !== undefined && isSecondRecord(error)
        ? new RanMeanwhile(settings.names.part(first.runnable))
        : error;
    }
    const duration = performance.now() - started;
    const applied = inside.map(({ runnable: { module, id, part, scope } }) => ({
      module,
      id,
      part,
      scope,
      duration,
    }));
    applied.forEach(settings.onApplied);
    if (way.rehearsal && runs.length > 0)
      settings.onRehearsed?.(runsAsSql(settings, runs, prepare, afterwards));
    return applied;
  }
  const applied: AppliedMigration[] = [];
  const note = ({ module, id, part, scope }: RunnableMigration, duration: number): void => {
    const one = { module, id, part, scope, duration };
    applied.push(one);
    settings.onApplied(one);
  };
  for (const group of groups(settings, runs)) {
    const [first] = group;
    if (first === undefined) continue;
    const started = performance.now();
    let done = 0;
    /** The next one of the group is applied. */
    const advance = (duration: number | null): void => {
      const run = group[done++];
      if (run !== undefined) note(run.runnable, duration ?? performance.now() - started);
    };
    try {
      if (first.runnable.up.directives.transaction && carries(settings, first)) {
        await runTogether(settings, group, prepare, afterwards, false);
        advance(null);
      } else if (first.runnable.up.directives.transaction)
        await runInTurn(settings, group, prepare, afterwards, advance);
      else {
        await runAlone(settings, first, prepare, afterwards(first.runnable, true));
        advance(null);
      }
    } catch (error) {
      // Of the rest of the group nothing is known where the connection was lost.
      for (const run of group.slice(done)) {
        await settle(settings, run.runnable, error);
        advance(null);
      }
    }
    prepare = [];
  }
  return applied;
}

/** What stopped goes on with the same statements alone. */
async function requireResumed(
  { database, ledgerSchema, project, mode, names }: ApplySettings,
  { runnable, done }: PendingMigration,
): Promise<void> {
  if (done <= 0) return;
  const found = await readStoredMigration(database, ledgerSchema, project, runnable);
  if (found === null) return;
  const { statements, up } = runnable;
  requireSameBeginning({
    name: names.part(runnable),
    stored: found.up,
    done,
    statements,
    locate: up.locate,
    mode,
  });
}

/** Nothing is sent at once then: what hangs on the block's objects is asked on the way. */
function carries(settings: ApplySettings, run: MigrationRun): boolean {
  return settings.carrying !== undefined && isAsked(settings, run);
}

export function ledgerOf(ledgerSchema: string): readonly string[] {
  return [...ledgerTables(ledgerSchema), migrationTable(ledgerSchema)];
}

/** Makes the ledger where it is missing: runs that share the turn of the whole would meet each other in doing so. */
export async function prepareLedger(settings: ApplySettings): Promise<void> {
  const { ledgerSchema, project, mode, command, searchPath } = settings;
  const changes = { mode, keepSnapshot: true, applied: [], forgotten: [], command, steps: [] };
  const before = [...ledgerOf(ledgerSchema), ...ledgerStatements(ledgerSchema, project, changes)];
  const resolve = (sql: string) => sql;
  await runInTransaction(settings, [{ statements: [], before, after: [], searchPath, resolve }], false);
}

/** Those of one transaction each, that need not be asked about first, in groups, the others alone. */
function groups(
  settings: ApplySettings,
  runs: readonly MigrationRun[],
): readonly (readonly MigrationRun[])[] {
  const found: MigrationRun[][] = [];
  let open = false;
  for (const run of runs) {
    const alone = !run.runnable.up.directives.transaction || isAsked(settings, run);
    const last = found.at(-1);
    if (open && last !== undefined && !alone) last.push(run);
    else found.push([run]);
    open = !alone;
  }
  return found;
}

/** Statements that record them as applied, for whoever runs them around the components. */
export function appliedRecords(
  settings: ApplySettings,
  runnables: readonly RunnableMigration[],
): readonly string[] {
  const { ledgerSchema, author, tool, resolve } = settings;
  if (runnables.length === 0) return [];
  return [
    migrationTable(ledgerSchema),
    ...runnables.map((runnable) => recordApplied(settings, { runnable, done: -1, author, tool, resolve })),
  ];
}

/** What the ledger says of the database beside the migration itself: where it may be new (`isNew`), its mode; and that something ran. */
export function afterStatements(
  {
    ledgerSchema,
    project,
    mode,
    command,
  }: Pick<ApplySettings, "ledgerSchema" | "project" | "mode" | "command">,
  name: PartName & { readonly scope: string },
  isNew: boolean,
): readonly string[] {
  const reason = name.scope === sharedScope ? "" : name.scope;
  const steps = [{ kind: "migration", object: partKey(name), reason, sql: [] }];
  if (!isNew) return [runStatement(ledgerSchema, project, command, steps)];
  const changes = { mode, keepSnapshot: true, applied: [], forgotten: [], command, steps };
  return ledgerStatements(ledgerSchema, project, changes);
}

function refuseAlone(runs: readonly MigrationRun[], names: Names): void {
  const alone = runs.filter(({ runnable }) => !runnable.up.directives.transaction);
  if (alone.length === 0) return;
  throw new MigratorError(
    alone.map(({ runnable }) => ({
      code: "usage",
      message: `migration ${names.migration(runnable)} runs statement by statement: it cannot share a transaction`,
      file: runnable.file,
      fix: "apply without --single-transaction, or up to the one before it with --to",
    })),
    2,
  );
}

/** Returns where the migration is applied all the same; throws the error, or a clearer one, where it is not. */
async function settle(settings: ApplySettings, runnable: RunnableMigration, error: unknown): Promise<void> {
  if (!(error instanceof DatabaseError)) throw error;
  if (isSecondRecord(error)) throw new RanMeanwhile(settings.names.part(runnable));
  const { reconnected, ledgerSchema, project } = settings;
  if (!error.connectionLost || reconnected === null) throw error;
  settings.onWait("the connection was lost; asking the server whether the migration is applied");
  const record = await reconnected(async (database): Promise<RecordedMigration | undefined> => {
    // Waits for the lost session's transaction to end: it holds the turn as long as it lives.
    await takeTurn(database, ledgerSchema, settings.onWait, settings.scope);
    await database.batch(["rollback"]);
    const { recorded } = await readRecorded(database, ledgerSchema, project, runnable.scope);
    return recorded.find((one) => partKey(one) === partKey(runnable));
  });
  if (record?.state !== "applied") throw error;
}

/** The ledger has a record of the migration. */
function isSecondRecord(error: unknown): boolean {
  return error instanceof DatabaseError && error.sqlstate === "23505" && error.table === "migration";
}
