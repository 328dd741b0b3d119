/** What `plan`, `sync` and `apply` share: read the files, connect, plan or do it, and tell what happened. */
import type { AroundStatement } from "../../graph/around.ts";
import type { Desired } from "../../graph/desired.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { describeError } from "../live/describe-error.ts";
import { idempotentSchemas } from "../live/idempotent-schemas.ts";
import { syncOnline } from "../live/online/sync-online.ts";
import { syncComponents } from "../live/sync.ts";
import { readUntracked, trackedOnly } from "../live/tracking.ts";
import { assembleSound, type Files, fileMistakes, parsingMistakes, readFiles } from "../live/workspace.ts";
import { formatRun, type MigrationRunReport } from "../report/migrations.ts";
import { formatPart, formatPlan } from "../report/plan-text.ts";
import { formatCounts } from "../report/scope-counts.ts";
import { type MatrixScope, sharedScope } from "../tenants/scope.ts";
import {
  type BeforeParts,
  exitCodeOf,
  type FailedScope,
  rehearseParts,
  syncParts,
} from "../tenants/scoped-syncs.ts";
import { aroundStatements } from "./around.ts";
import { checksDrift } from "./checks-drift.ts";
import { type AlsoChosen, chooseScopes, jobsOf } from "./choose-scopes.ts";
import { bringingFirst } from "./components-first.ts";
import {
  type CommandContext,
  type Connecting,
  connect,
  openProject,
  type Project,
  reconnectedTo,
  throwMistakes,
} from "./context.ts";
import { explain } from "./explain-problems.ts";
import { untilInterrupted } from "./interrupt.ts";
import type { PendingOf } from "./pending-parts.ts";
import { type PagePart, tellFailed, tellPage } from "./plan-page.ts";
import { printParts } from "./print-sql.ts";
import { readAndConnect } from "./read-and-connect.ts";
import type { InOrder } from "./rehearse-in-order.ts";
import { type DoneBefore, runJson, withOrder } from "./run-json.ts";
import { type SyncedPart, scopeParts, syncTogether } from "./scope-part.ts";
import { mostFailures } from "./scope-runs.ts";
import { selectPaths } from "./select-paths.ts";
import type { LiveBegun } from "./settled-live.ts";
import type { SyncOptions } from "./sync-options.ts";
import { refreshMode, settingsOf, takesFiles } from "./sync-settings.ts";
import { namingTogether, refuseApart } from "./together.ts";

export interface SyncRun {
  readonly command: "plan" | "sync" | "apply";
  readonly rehearsal: boolean;
  readonly paths: readonly string[];
  /** The project, where it was opened before. */
  readonly opened?: Project;
  /** Whoever connects already. */
  readonly connecting?: Connecting | null;
  /** Told at the end of a run without mistakes, the database being open. */
  readonly settle?: LiveBegun["settle"];
  /** What the object of --json tells beside this run: of what was done before it. */
  readonly before?: DoneBefore;
  /** Scopes that are left behind. */
  readonly without?: ReadonlySet<string>;
  /** A run before the one that prints that object adds what it did to this, and prints none unless it fails. */
  readonly gather?: PagePart[];
  /** What is done before the components are looked at. */
  readonly migrate?: (project: Project, database: Database) => Promise<Migrating>;
}

/** Migrations before and around the components. */
export interface Migrating {
  /** Null where there is nothing to tell. */
  readonly report: MigrationRunReport | null;
  /** What of it stays where the components fail; left out: nothing. */
  readonly committed?: MigrationRunReport | null;
  readonly around: readonly AroundStatement[];
  /** Statements that tell the ledger of those around. */
  readonly written: readonly string[];
  /** In a rehearsal: what runs around the components of a value. */
  readonly ofScope?: PendingOf;
  /** In a rehearsal: what runs before the components, and what is left for around them once it ran. */
  readonly inOrder?: { readonly run: InOrder["run"]; readonly rest: Migrating } | null;
  /** True where others come behind it, before the scopes' turn. */
  readonly more?: boolean;
  /** Less of it: what is left out finds the components that this brings along. Null where there is nothing to leave out. */
  readonly componentsFirst?: (() => Migrating) | null;
}

/** Returns the exit code; mistakes are thrown as MigratorError after the JSON that tells of them was printed. */
export async function runSync(context: CommandContext, options: SyncOptions, run: SyncRun): Promise<number> {
  const { output } = context;
  const project = run.opened ?? (await openProject(context, options));
  requireLive(project, run);
  const takesDatabase = options.take === "database";
  if (takesDatabase) requireWriting(run);
  // A word that no option knows is told before a database is opened, or made.
  else takesFiles(options.take);
  refreshMode(options.refresh);
  const started = performance.now();
  let [files, database] = await readAndConnect(output, project, run.connecting?.database);
  try {
    const parts: PagePart[] = [];
    const text =
      options.diff === true ? { diff: (await import("../report/unified-diff.ts")).unifiedDiff } : {};
    const whole = output.json || options.sql === true || options.markdown === true;
    let shared = 0;
    const tellPart = (scope: string, synced: SyncedPart): void => {
      if (synced.shared === true) shared++;
      output.working(null);
      const { components, result } = synced;
      const part = { scope, ...synced };
      if (scope === sharedScope) sharedDone = true;
      if (whole || output.reporter !== null || scope === sharedScope) parts.push(part);
      if (whole) return;
      if (scope !== sharedScope) {
        counts.set(result.steps.length > 0, (counts.get(result.steps.length > 0) ?? 0) + 1);
        // Formatting a thousand of them takes as long as the rest of this process.
        const told = output.quiet ? null : formatPart(part, output.style, text);
        if (told !== null) output.say(told);
        return;
      }
      if (migrating.report !== null) output.say(formatRun(migrating.report, output.style));
      const took = performance.now() - started;
      output.say(formatPlan(result, components, output.style, { ...text, took }));
    };
    const counts = new Map<boolean, number>();
    let written: readonly string[] = [];
    let sharedDone = false;
    let migrating: Migrating = { report: null, around: [], written: [] };
    const tellOrder = (report: MigrationRunReport | null): void => {
      migrating = { ...migrating, report };
    };
    let failed: readonly FailedScope[] = [];
    const left: string[] = [];
    try {
      // What is wrong with the files is told before anything runs, and once for all values of a matrix.
      if (run.migrate !== undefined || files.scoped.length > 0)
        throwMistakes([...fileMistakes(files), ...parsingMistakes(files.scoped)]);
      if (run.migrate !== undefined) {
        output.working({ stage: "applying migrations" });
        migrating = await run.migrate(project, database);
      }
      output.working({ stage: "comparing" });
      if (takesDatabase) {
        written = await takeFromDatabase(context, project, files, database, run);
        if (written.length > 0) files = await readFiles(project.config, project);
      }
      failed = await bringingFirst(migrating, (less) => {
        migrating = less;
        return syncEverything(context, project, files, database, options, run, less, {
          done: tellPart,
          left: (scope) => left.push(scope),
          migrated: tellOrder,
        });
      });
    } catch (error) {
      const explained =
        error instanceof DatabaseError ? new MigratorError([describeError(error)]) : explain(error, files);
      // What ran around the components went with them.
      const { report, committed = null } = migrating;
      const stands = sharedDone || run.rehearsal ? report : committed;
      if (output.json && explained instanceof MigratorError)
        output.result(
          JSON.stringify(runJson(run.before, parts, explained.diagnostics, stands, files.components.length)),
        );
      else if (!whole && !sharedDone && !run.rehearsal && stands !== null)
        output.say(formatRun(stands, output.style));
      else if (options.markdown === true && explained instanceof MigratorError)
        await tellFailed(context, project, explained.diagnostics);
      throw explained;
    }
    const errors = failed.flatMap(({ diagnostics }) => diagnostics);
    await tellPage(context, options, {
      command: run.command,
      project,
      database,
      parts,
      migrations: migrating.report,
      errors,
    });
    if (output.json && run.gather !== undefined) run.gather.push(...parts);
    else if (output.json) {
      const json = {
        ...runJson(run.before, parts, errors, migrating.report),
        ...(left.length === 0 ? {} : { left: [...(run.before?.left ?? []), ...left] }),
      };
      output.result(JSON.stringify(takesDatabase ? { ...json, written } : json));
    } else if (options.sql === true) output.result(printParts(parts));
    else if (!whole && counts.size + failed.length + left.length > 0) {
      const told = { counts, failed: failed.length, shared, left: left.length };
      output.say(formatCounts(told, output.style, output.elapsed()));
    }
    await files.save();
    if (errors.length + left.length === 0)
      await run.settle?.({ database, files, migrations: migrating.report, parts });
    if (errors.length > 0) throw new MigratorError(errors, exitCodeOf(failed));
    if (left.length > 0) return 1;
    const pending = counts.get(true) !== undefined || parts.some(({ result }) => result.steps.length > 0);
    return options.exitCode === true && pending ? 3 : 0;
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
    run.paths.length === 0
      ? null
      : selectPaths(context, config.componentsFolder, files, run.paths).keys(desired);
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
  within = false,
): Promise<{ readonly desired: Desired; readonly untracked: ReadonlySet<string> }> {
  const { searchPath } = config;
  const desired = await assembleSound(files, config, database, whole, {
    name: sharedScope,
    searchPath,
    within,
  });
  const untracked = readUntracked(config);
  return { desired: trackedOnly(desired, untracked), untracked };
}

interface Telling {
  readonly done: (scope: string, part: SyncedPart) => void;
  /** Scopes that were not begun. */
  readonly left: (scope: string) => void;
  /** What is told of migrations. */
  readonly migrated: (report: MigrationRunReport | null) => void;
}

function alsoChosen({ output }: CommandContext, run: SyncRun, { report, ofScope }: Migrating): AlsoChosen {
  // A table that values are asked of may come with a migration that is only rehearsed.
  const pending = run.rehearsal && (report?.migrations.length ?? 0) > 0;
  return {
    matrices: run.rehearsal ? ofScope?.matrices : undefined,
    onUnknown: pending ? (message) => output.note(message) : undefined,
    without: run.without,
  };
}

/** The shared part, and what each value of a matrix has. */
async function syncEverything(
  context: CommandContext,
  project: Project,
  files: Files,
  database: Database,
  options: SyncOptions,
  run: SyncRun,
  migrating: Migrating,
  { done, left, migrated }: Telling,
): Promise<readonly FailedScope[]> {
  /** What is around the shared components. */
  let around = migrating;
  const chosen =
    migrating.more === true
      ? { shared: true, scopes: [], canary: new Set<MatrixScope>() }
      : await chooseScopes(context, project, files, database, options, alsoChosen(context, run, migrating));
  const select =
    run.paths.length === 0 ? null : selectPaths(context, project.config.componentsFolder, files, run.paths);
  const settings = settingsOf(context, project, options, run);
  const syncShared = async (within: boolean): Promise<SyncedPart> => ({
    components: files.components.length,
    ...(await syncProject(context, project, files, database, options, run, around, within)),
  });
  const { scopes } = chosen;
  const wanted = chosen.shared && select?.shared !== false ? syncShared : null;
  if (scopes.length === 0 || select?.scoped === false) {
    if (wanted !== null) done(sharedScope, await wanted(false));
    return [];
  }
  const asksEach = checksDrift(options.check);
  const pending = run.rehearsal ? migrating.ofScope : undefined;
  const isolated = options.isolated === true;
  const work = {
    context,
    project,
    files,
    select: select?.keys ?? null,
    asksEach,
    isolated,
    settings,
    pending,
  };
  if (options.together === true) {
    refuseApart(options, run, scopes);
    const all = [...migrating.around, ...(await aroundStatements(context.folder, options.around ?? []))];
    const schemas = idempotentSchemas(files.components);
    const part = await syncTogether(work, database, scopes, {
      around: all,
      alsoWritten: migrating.written,
      schemas,
    });
    done(sharedScope, part);
    return [];
  }
  const shared = wanted === null ? null : (within: boolean) => namingTogether(wanted(within));
  const parts = { shared, scopes, ...scopeParts(work), done };
  const { inOrder = null } = migrating;
  const before = async (): Promise<BeforeParts> => {
    const ran = inOrder === null || shared === null ? null : await inOrder.run();
    around = ran === null || inOrder === null ? migrating : inOrder.rest;
    migrated(ran === null ? migrating.report : withOrder(around.report, ran));
    return ran ?? { failed: [], left: new Set() };
  };
  if (run.rehearsal) return rehearseParts(database, project.config.ledgerSchema, settings, parts, before);
  const more = (await jobsOf(project, database, options)) - 1;
  const maxFailures = mostFailures(options);
  const { canary } = chosen;
  const workers = { database, more, connect: () => connect(project.target), maxFailures, canary, left };
  // Those under way are finished.
  return untilInterrupted((stop) => syncParts({ ...workers, isStopped: () => stop.aborted }, parts));
}

async function syncProject(
  context: CommandContext,
  project: Project,
  files: Files,
  database: Database,
  options: SyncOptions,
  run: SyncRun,
  migrating: Migrating,
  within: boolean,
): Promise<Omit<SyncedPart, "components">> {
  const { config } = project;
  const whole = run.paths.length === 0;
  const { desired, untracked } = await assembleTracked(project, files, database, whole, within);
  const bring = options.online === true && !within ? syncOnline : syncComponents;
  const result = await bring({
    ...settingsOf(context, project, options, run),
    database,
    desired,
    within,
    project: config.project,
    ledgerSchema: config.ledgerSchema,
    searchPath: config.searchPath,
    mode: "live",
    judged: whole ? null : selectPaths(context, config.componentsFolder, files, run.paths).keys(desired),
    // Named paths are judged alone: what else they touch is read when the plan comes to it.
    ...(whole ? {} : { vanished: new Map() }),
    untracked: (component) => untracked.has(component),
    around: [...migrating.around, ...(await aroundStatements(context.folder, options.around ?? []))],
    alsoWritten: migrating.written,
    schemas: idempotentSchemas(files.components),
    ...(within ? {} : reconnectedTo(project.target)),
  });
  return { result, needs: desired.needs };
}

function requireWriting({ rehearsal }: SyncRun): void {
  if (!rehearsal) return;
  const fix = "migrator drift shows what sync --take database would write";
  throw new MigratorError([{ code: "usage", message: "a plan writes no files", fix }], 2);
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
