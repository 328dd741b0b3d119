/** What `plan`, `sync` and `apply` share: read the files, connect, plan or do it, and tell what happened. */
import { resolve, sep } from "node:path";
import type { AroundStatement } from "../../graph/around.ts";
import type { Desired } from "../../graph/desired.ts";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { identityKey } from "../../graph/identity.ts";
import type { RefreshMode } from "../../graph/plan/pass.ts";
import { PlanError } from "../../graph/step.ts";
import { suggestWord } from "../config/nearest.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { describeError } from "../live/describe-error.ts";
import { idempotentSchemas } from "../live/idempotent-schemas.ts";
import { syncOnline } from "../live/online/sync-online.ts";
import { type SyncResult, syncComponents } from "../live/sync.ts";
import { readUntracked } from "../live/tracking.ts";
import { assembleSound, type Files, fileMistakes, placeProblem, readFiles } from "../live/workspace.ts";
import { formatRun, type MigrationRunReport } from "../report/migrations.ts";
import { formatPlan, planJson } from "../report/plan-report.ts";
import { allowedCosts } from "./allowed-costs.ts";
import { aroundStatements } from "./around.ts";
import {
  type CommandContext,
  type CommonOptions,
  connect,
  openProject,
  type Project,
  reconnectedTo,
  throwMistakes,
} from "./context.ts";

export interface SyncOptions extends CommonOptions {
  readonly sql?: boolean;
  readonly exitCode?: boolean;
  readonly take?: string;
  readonly allow?: readonly string[];
  readonly around?: readonly string[];
  readonly refresh?: string;
  /** False for --no-data. */
  readonly data?: boolean;
  readonly online?: boolean;
}

export interface SyncRun {
  readonly command: "plan" | "sync" | "apply";
  readonly rehearsal: boolean;
  readonly paths: readonly string[];
  /** The project, where it was opened before. */
  readonly opened?: Project;
  /** What is done before the components are looked at. */
  readonly migrate?: (project: Project, database: Database) => Promise<Migrating>;
}

/** Migrations before and around the components. */
export interface Migrating {
  /** Null where there is nothing to tell. */
  readonly report: MigrationRunReport | null;
  readonly around: readonly AroundStatement[];
  /** Statements that tell the ledger of those around. */
  readonly written: readonly string[];
}

/** Returns the exit code; mistakes are thrown as MigratorError after the JSON that tells of them was printed. */
export async function runSync(context: CommandContext, options: SyncOptions, run: SyncRun): Promise<number> {
  const { output } = context;
  const project = run.opened ?? (await openProject(context, options));
  requireLive(project, run);
  const takesDatabase = options.take === "database";
  if (takesDatabase) requireWriting(run);
  let [files, database] = await readAndConnect(project);
  try {
    let count = files.components.length;
    let result: SyncResult;
    let written: readonly string[] = [];
    let migrating: Migrating = { report: null, around: [], written: [] };
    try {
      if (run.migrate !== undefined) {
        // What is wrong with the components is told before a migration runs.
        throwMistakes(fileMistakes(files));
        migrating = await run.migrate(project, database);
      }
      if (takesDatabase) {
        written = await takeFromDatabase(context, project, files, database, run);
        if (written.length > 0) files = await readFiles(project.config, project);
        count = files.components.length;
      }
      result = await syncProject(context, project, files, database, options, run, migrating);
    } catch (error) {
      const explained =
        error instanceof DatabaseError ? new MigratorError([describeError(error)]) : explain(error, files);
      if (output.json && explained instanceof MigratorError)
        output.result(JSON.stringify(planJson(null, count, explained.diagnostics)));
      throw explained;
    }
    if (output.json) {
      const { report } = migrating;
      const json = {
        ...planJson(result, count, []),
        ...(report === null ? {} : { migrations: report.migrations }),
      };
      output.result(JSON.stringify(takesDatabase ? { ...json, written } : json));
    } else if (options.sql === true) output.result(printSql(result));
    else {
      if (migrating.report !== null) output.say(formatRun(migrating.report, output.colors));
      output.say(formatPlan(result, count, output.colors));
    }
    await files.save();
    return options.exitCode === true && result.steps.length > 0 ? 3 : 0;
  } finally {
    await database.close();
  }
}

/** Returns the components that were written. */
async function takeFromDatabase(
  context: CommandContext,
  project: Project,
  files: Files,
  database: Database,
  run: SyncRun,
): Promise<readonly string[]> {
  const { config } = project;
  const { desired, untracked } = await assembleTracked(project, files, database, run.paths.length === 0);
  const judged =
    run.paths.length === 0 ? null : selected(context, config.componentsFolder, desired, run.paths);
  const { takeDatabase } = await import("./take-database.ts");
  return takeDatabase({ project, files, database, desired, untracked }, judged, (message) =>
    context.output.note(message),
  );
}

/** Without the objects of untracked components. */
async function assembleTracked(
  { config }: Project,
  files: Files,
  database: Database,
  whole: boolean,
): Promise<{ readonly desired: Desired; readonly untracked: ReadonlySet<string> }> {
  const desired = await assembleSound(files, config, database, whole);
  const untracked = readUntracked(config);
  return { desired: trackedOnly(desired, untracked), untracked };
}

/** Files are read while the connection is made. */
async function readAndConnect(project: Project): Promise<readonly [Files, Database]> {
  const connecting = connect(project.target);
  const [files, database] = await Promise.allSettled([readFiles(project.config, project), connecting]);
  if (files.status === "rejected") {
    if (database.status === "fulfilled") await database.value.close();
    throw files.reason;
  }
  if (database.status === "rejected") throw database.reason;
  return [files.value, database.value];
}

async function syncProject(
  context: CommandContext,
  project: Project,
  files: Files,
  database: Database,
  options: SyncOptions,
  run: SyncRun,
  migrating: Migrating,
): Promise<SyncResult> {
  const { config } = project;
  const { desired, untracked } = await assembleTracked(project, files, database, run.paths.length === 0);
  const bring = options.online === true ? syncOnline : syncComponents;
  return bring({
    database,
    desired,
    project: config.project,
    ledgerSchema: config.ledgerSchema,
    searchPath: config.searchPath,
    mode: "live",
    command: run.command,
    rehearsal: run.rehearsal,
    judged: run.paths.length === 0 ? null : selected(context, config.componentsFolder, desired, run.paths),
    // Named paths are judged alone: what else they touch is read when the plan comes to it.
    ...(run.paths.length === 0 ? {} : { vanished: new Map() }),
    untracked: (component) => untracked.has(component),
    takeFiles: options.take === "database" ? false : takesFiles(options.take),
    allow: allowedCosts(project, options.allow),
    refresh: refreshMode(options.refresh),
    fill: options.data !== false,
    around: [...migrating.around, ...(await aroundStatements(context.folder, options.around ?? []))],
    alsoWritten: migrating.written,
    schemas: idempotentSchemas(files.components),
    lockTimeout: config.lockTimeout,
    lockRetries: config.lockRetries,
    onWait: (message) => context.output.note(message),
    ...reconnectedTo(project.target),
  });
}

export function trackedOnly(desired: Desired, untracked: ReadonlySet<string>): Desired {
  if (untracked.size === 0) return desired;
  const objects = new Map([...desired.objects].filter(([, object]) => !untracked.has(object.component)));
  return { ...desired, objects };
}

/** The keys of the objects in the files and folders that were named. */
export function selected(
  context: CommandContext,
  folder: string,
  desired: Desired,
  paths: readonly string[],
): ReadonlySet<string> {
  // An empty text is a variable of the shell that is not set, not the current folder.
  const wanted = paths.map((path) => (path === "" ? "" : resolve(context.folder, path)));
  const keys = new Set<string>();
  const matched = new Set<string>();
  for (const object of desired.objects.values()) {
    const file = resolve(folder, object.component);
    for (const path of wanted) {
      if (path === "") continue;
      if (file !== path && !file.startsWith(path + sep)) continue;
      matched.add(path);
      keys.add(identityKey(object.identity));
    }
  }
  const missing = wanted
    .map((path, i) => (matched.has(path) ? null : paths[i]))
    .filter((path) => path !== null);
  if (missing.length > 0) {
    throw new MigratorError(
      missing.map((path) => ({
        code: "usage",
        message: path === "" ? "a path is empty" : `no component at ${path}`,
        fix: `name files or folders below ${folder}`,
      })),
      2,
    );
  }
  return keys;
}

/** For the commands that write no component: the database's side is not theirs to take. */
export function takesFiles(take: string | undefined): boolean {
  if (take === undefined || take === "files") return take === "files";
  const [message, fix] =
    take === "database"
      ? [
          "--take database writes component files, which this command does not",
          "run migrator sync --take database",
        ]
      : [`--take ${take} is not known`, "--take files overwrites the database, --take database the files"];
  throw new MigratorError([{ code: "usage", message, fix }], 2);
}

function requireWriting({ rehearsal }: SyncRun): void {
  if (!rehearsal) return;
  const fix = "migrator drift shows what sync --take database would write";
  throw new MigratorError([{ code: "usage", message: "a plan writes no files", fix }], 2);
}

export function refreshMode(given: string | undefined): RefreshMode {
  const modes: readonly RefreshMode[] = ["affected", "none", "all"];
  const mode = modes.find((known) => known === (given ?? "none"));
  if (mode !== undefined) return mode;
  const message = `--refresh ${given} is not known`;
  throw new MigratorError([{ code: "usage", message, fix: suggestWord(given ?? "", modes) }], 2);
}

export function requireLive(project: Project, run: SyncRun): void {
  const { target } = project;
  if (target.kind === "embedded" || target.components === "live" || run.command === "plan") return;
  throw new MigratorError(
    [
      {
        code: "usage",
        message: `${target.name ?? "the target"} is a migrated target: only migrations change it`,
        fix: 'write a migration, or set "components": "live" for this target in migrator.json',
      },
    ],
    2,
  );
}

/** With --online the same as one transaction: what is built beforehand cannot be told before it stands. */
export function printSql(result: Pick<SyncResult, "sql" | "beside">): string {
  if (result.sql.length === 0) return "-- nothing to do";
  const online = (result.beside ?? []).length > 0;
  return [
    ...(online
      ? ["-- sync --online builds what costs side by side first; this is the same in one transaction"]
      : []),
    "BEGIN;",
    ...result.sql.map((statement) => `${statement}\n;`),
    "COMMIT;",
  ].join("\n");
}

/** Problems of planning become diagnostics at their place in the files; drift has an exit code of its own. */
export function explain(error: unknown, files: Files): unknown {
  if (!(error instanceof PlanError)) return error;
  const diagnostics: readonly Diagnostic[] = error.problems.map((problem) => placeProblem(problem, files));
  return new MigratorError(diagnostics, diagnostics.some((one) => one.code === "drift") ? 4 : 1);
}
