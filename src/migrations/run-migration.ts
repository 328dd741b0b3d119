/** Applies migrations: in one transaction, or statement by statement where one says so. */
import type { JsonValue } from "../config/json.ts";
import {
  forgetStatement,
  type MigrationRecord,
  progressStatement,
  recordStatement,
  renewStatement,
  type StoredScript,
  stillPartialStatement,
  timeStatement,
} from "../database/migration-ledger.ts";
import { blockCheck, runsBlock } from "./block-check.ts";
import type { BuiltScript } from "./built-script.ts";
import type { Expectation } from "./expectations.ts";
import type { RunnableMigration } from "./prepare.ts";
import { runPipeline } from "./run-pipeline.ts";
import { type RunSettings, type RunStatement, runInTransaction, type ScriptPart } from "./run-script.ts";
import { resume } from "./run-statements.ts";
import { runStatements } from "./script-statements.ts";

export interface MigrationRun {
  readonly runnable: RunnableMigration;
  /** Who applies it, as the ledger says. */
  readonly author: string;
  readonly tool: string;
  /** Statements that ran before and are not run again; -1 where the ledger does not know it yet. */
  readonly done: number;
  readonly resolve: (sql: string) => string;
}

/** What the ledger is told behind a migration; `first`: none of those that run with it came before. */
export type Afterwards = (runnable: RunnableMigration, first: boolean) => readonly string[];

/** Applies migrations of one transaction each as one transaction, or rehearses them. */
export async function runTogether(
  settings: RunSettings,
  runs: readonly MigrationRun[],
  prepare: readonly string[],
  afterwards: Afterwards,
  rehearsal: boolean,
): Promise<void> {
  await runInTransaction(settings, partsOf(settings, runs, prepare, afterwards), rehearsal);
}

/** The same as one transaction each, sent without waiting. `applied` is told of each that is, in order, with its duration if that is known. */
export async function runInTurn(
  settings: RunSettings,
  runs: readonly MigrationRun[],
  prepare: readonly string[],
  afterwards: Afterwards,
  applied: (duration: number | null) => void,
): Promise<void> {
  await runPipeline(settings, partsOf(settings, runs, prepare, afterwards), (answers) => {
    const answer = answers.find((rows) => typeof rows[0]?.duration === "number");
    applied(answer === undefined ? null : Number(answer[0]?.duration));
  });
}

/** What runs of each, and what the ledger is told. */
export function partsOf(
  settings: RunSettings,
  runs: readonly MigrationRun[],
  prepare: readonly string[],
  afterwards: Afterwards,
): readonly ScriptPart[] {
  const { ledgerSchema, project } = settings;
  return runs.map((run, index): ScriptPart => {
    const { searchPath } = run.runnable;
    const record = recordStatement(ledgerSchema, project, recordOf(run, "applied"));
    return {
      statements: runStatements(settings.mode, run.runnable.statements, run.runnable.up.locate),
      before: [...(index === 0 ? prepare : []), record],
      after: [timeStatement(ledgerSchema, project, run.runnable), ...afterwards(run.runnable, index === 0)],
      searchPath,
      resolve: run.resolve,
      ...blockCheck(settings, upBlock(settings, run)),
    };
  });
}

/** Applies a migration whose statements run one by one, from where it stopped before. */
export async function runAlone(
  settings: RunSettings,
  run: MigrationRun,
  prepare: readonly string[],
  afterwards: readonly string[],
): Promise<void> {
  const { ledgerSchema, project, names } = settings;
  const { runnable, resolve } = run;
  const { searchPath } = runnable;
  if (run.done < 0) {
    await runInTransaction(settings, [beginsAlone(settings, run, prepare)], false);
  }
  const statements = aloneStatements(settings, run);
  await resume(settings, {
    statements,
    first: [
      stillPartialStatement(
        ledgerSchema,
        project,
        runnable,
        Math.max(0, run.done),
        names.migration(runnable),
      ),
    ],
    ...(run.done < 0 ? {} : { renewed: [renewsAlone(settings, run)] }),
    from: Math.max(0, run.done),
    searchPath,
    resolve,
    progress: marking(settings, runnable, statements.length),
    afterwards,
  });
}

/** What tells the ledger how many of a migration's statements ran, of so many. */
export function marking(
  { ledgerSchema, project }: Pick<RunSettings, "ledgerSchema" | "project">,
  runnable: RunnableMigration,
  all: number,
): (done: number) => string {
  return (done) =>
    progressStatement(ledgerSchema, project, runnable, done, done === all ? "applied" : "partial");
}

/** What went before stays where one of them fails. */
function aloneStatements({ mode }: RunSettings, { runnable }: MigrationRun): readonly RunStatement[] {
  const { statements, up } = runnable;
  return runStatements(mode, statements, up.locate).map((one, index) =>
    index === 0
      ? one
      : {
          ...one,
          fix: `correct the statement and apply again: ${index === 1 ? "the statement before it is applied and stays" : `the ${index} statements before it are applied and stay`}, the script goes on here`,
        },
  );
}

/** The ledger learns of the script that goes on with one that stopped: it is what will have run. */
export function renewsAlone({ ledgerSchema, project }: RunSettings, run: MigrationRun): string {
  return renewStatement(ledgerSchema, project, recordOf(run, "partial"));
}

/** The ledger learns of a migration whose statements run one by one before the first of them. */
export function beginsAlone(
  settings: RunSettings,
  run: MigrationRun,
  prepare: readonly string[],
): ScriptPart {
  const { searchPath } = run.runnable;
  const record = recordStatement(settings.ledgerSchema, settings.project, recordOf(run, "partial"));
  const asked = blockCheck(settings, { ...upBlock(settings, run), alone: true });
  const before = [...prepare, record];
  return { statements: [], before, after: [], searchPath, resolve: run.resolve, ...asked };
}

/** Whether the database must be asked before the script runs. */
export function isAsked(
  settings: Pick<RunSettings, "mode" | "carrying">,
  { runnable: { statements, expectations } }: MigrationRun,
): boolean {
  return runsBlock(settings, { statements, expected: expectations.up });
}

function upBlock({ searchPath, names }: RunSettings, { runnable, resolve }: MigrationRun) {
  const { statements, expectations, up } = runnable;
  return {
    id: names.migration(runnable),
    statements,
    expected: expectations.up,
    locate: up.locate,
    searchPath,
    resolve,
  };
}

/** Records migrations as adopted, and runs nothing of them. Of those that are `kept` what is stored is renewed alone. */
export async function recordAdopted(
  settings: RunSettings,
  runs: readonly MigrationRun[],
  kept: ReadonlySet<RunnableMigration>,
  prepare: readonly string[],
  afterwards: Afterwards,
): Promise<void> {
  const { ledgerSchema, project, searchPath } = settings;
  const before = runs.flatMap((run) =>
    kept.has(run.runnable)
      ? [renewStatement(ledgerSchema, project, recordOf(run, "adopted"))]
      : [
          forgetStatement(ledgerSchema, project, run.runnable),
          recordStatement(ledgerSchema, project, recordOf(run, "adopted")),
        ],
  );
  const after = runs.flatMap(({ runnable }, index) => afterwards(runnable, index === 0));
  const resolve = (sql: string) => sql;
  const part = { statements: [], before: [...prepare, ...before], after, searchPath, resolve };
  await runInTransaction(settings, [part], false);
}

/** The statement that records a migration whose work somebody else does in the same transaction. */
export function recordApplied(settings: RunSettings, run: MigrationRun): string {
  return recordStatement(settings.ledgerSchema, settings.project, recordOf(run, "applied"));
}

function recordOf(
  { runnable, author, tool }: MigrationRun,
  state: MigrationRecord["state"],
): MigrationRecord {
  const { module, id, part, scope, searchPath, up, down, pin, expectations } = runnable;
  const files = new Map([...up.files, ...(down?.files ?? []), ...(pin?.files ?? [])]);
  return {
    module,
    id,
    part,
    scope,
    source: runnable.source,
    state: runnable.adopts === true ? "adopted" : state,
    up: stored(up, searchPath, expectations.up),
    down: down === null ? null : stored(down, searchPath, expectations.down),
    variables: variablesOf(up, down),
    pins: Object.fromEntries(files),
    author,
    tool,
  };
}

function stored(
  script: BuiltScript,
  searchPath: readonly string[],
  expects: readonly Expectation[],
): StoredScript {
  const { text: sql, checksum, directives, secrets } = script;
  return {
    sql,
    checksum,
    transaction: directives.transaction,
    secrets,
    searchPath,
    ...(expects.length === 0 ? {} : { expects }),
  };
}

function variablesOf(up: BuiltScript, down: BuiltScript | null): Readonly<Record<string, JsonValue>> {
  return { ...up.variables, ...down?.variables, ...up.scopeVariables, ...down?.scopeVariables };
}
