/** The work of a watch: from a batch of paths to a database that follows them, and what is said of it. */
import { statSync } from "node:fs";
import { relative, sep } from "node:path";
import { compareText } from "../../graph/compare.ts";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { RefreshMode } from "../../graph/plan/pass.ts";
import { explain } from "../commands/explain-problems.ts";
import type { Output } from "../commands/output.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { describeError } from "../live/describe-error.ts";
import { idempotentSchemas } from "../live/idempotent-schemas.ts";
import { type SyncResult, syncComponents } from "../live/sync.ts";
import { placementOf } from "../project/placement.ts";
import { type DonePart, partsJson, planJson } from "../report/plan-report.ts";
import type { PlanTextOptions } from "../report/plan-text.ts";
import { sameOnce } from "../report/same-once.ts";
import { sharedScope } from "../tenants/scope.ts";
import type { BatchOutcome } from "./batch-loop.ts";
import { formatBatch, formatHead, formatOthers } from "./batch-report.ts";
import type { Connection } from "./connection.ts";
import { type Due, dueObjects, dueSchemas, wholeSync } from "./due-objects.ts";
import { type ProjectState, readState } from "./project-state.ts";
import type { Batch } from "./save-queue.ts";
import type { ScopesDone, ScopeTurn, ScopeWatch } from "./scope-watch.ts";
import { type Selection, selectComponents } from "./selection.ts";
import { missingUntil, unsettledUntil } from "./settling.ts";
import { othersOf, type ToldBatch } from "./told-batch.ts";
import { sameButVariables, type WatchedProject, withReads } from "./watched-project.ts";

export interface SessionInput {
  readonly first: WatchedProject;
  readonly connection: Pick<Connection, "database" | "lost" | "reconnected">;
  readonly output: Output;
  /** The current folder, and what the command line named. */
  readonly folder: string;
  readonly paths: readonly string[];
  readonly takeFiles: boolean;
  readonly refresh: RefreshMode;
  readonly fill: boolean;
  /** Each change is told with the difference of its definitions. */
  readonly diff?: PlanTextOptions["diff"];
  readonly stop: AbortSignal;
  now(): number;
  /** Reads migrator.json and the variables again. */
  open(): Promise<WatchedProject>;
  /** Brings the values of matrices along, behind the shared part. */
  readonly scopes: ScopeWatch;
  /** False: the watch is for the values of matrices alone. */
  readonly shared: boolean;
  /**
   * Told of each batch that was worked on, after it was reported. Where values behind the development ones are due, it is told before
   * they are begun, and once more when they are done.
   */
  readonly told?: (batch: ToldBatch) => Promise<void>;
  /** The project is another one now: other files are to be watched, or another database to be worked on. */
  moved(from: WatchedProject, to: WatchedProject): Promise<void>;
}

export interface WatchSession {
  /** Rejects only with what ends the watch. */
  work(batch: Batch, isWaiting: () => boolean): Promise<BatchOutcome>;
  /** The next batch is a whole sync, whatever its paths. */
  lookAtAll(): void;
  /** Remembers what was read. */
  save(): Promise<void>;
}

/** With more paths than this the whole folder is read: an event may have been lost among so many. */
const manyPaths = 1000;

export function createSession(input: SessionInput): WatchSession {
  const { output, connection, stop } = input;
  let project = input.first;
  let state: ProjectState | null = null;
  let selection: Selection | null = null;
  /** A whole sync is due: nothing was synced yet, the configuration changed, or a connection was lost. */
  let whole = true;
  /** Paths whose batch went wrong before they were read. */
  const unread = new Set<string>();
  /** The last batch ended with mistakes. */
  let failing = false;

  /** Reads the project again where one of its own files changed; the state is null where all must be read anew. */
  const reopen = async (batch: Batch): Promise<void> => {
    if (!project.watched.files.some((file) => batch.has(file))) return;
    const next = await input.open();
    if (sameButVariables(project, next)) {
      project = withReads(next, project.watched.reads);
      return;
    }
    await state?.files.save();
    await input.moved(project, next);
    project = next;
    state = null;
    selection = null;
    whole = true;
  };

  const read = async (): Promise<ProjectState> => {
    const { config, variables, untracked } = project;
    if (state === null) {
      state = await readState(config, project, untracked);
    } else {
      await state.update(unread.size > manyPaths ? [config.componentsFolder] : unread, variables);
    }
    unread.clear();
    await watchReads(state);
    return state;
  };

  /** Files outside of components/ that templates read, and those that the values of matrices come from. */
  const watchReads = async (current: ProjectState): Promise<void> => {
    const reads = [...new Set([...current.files.reads, ...input.scopes.reads()])].sort(compareText);
    if (reads.join("\0") === project.watched.reads.join("\0")) return;
    const next = withReads(project, reads);
    await input.moved(project, next);
    project = next;
    // What changed before they were watched.
    await current.update(reads, project.variables);
  };

  const sync = (database: Database, current: ProjectState, due: Due): Promise<SyncResult> => {
    const { config, untracked } = project;
    return syncComponents({
      database,
      desired: current.desired,
      project: config.project,
      ledgerSchema: config.ledgerSchema,
      searchPath: config.searchPath,
      mode: "live",
      command: "watch",
      rehearsal: false,
      ...due,
      untracked: (component) => untracked.has(component),
      takeFiles: input.takeFiles,
      allow: project.allow,
      refresh: input.refresh,
      fill: input.fill,
      schemas: idempotentSchemas(dueSchemas(current, due)),
      lockTimeout: config.lockTimeout,
      lockRetries: config.lockRetries,
      onWait: (message) => output.note(message),
      onWorking: output.working,
      ...(database.embedded ? {} : { reconnected: (work) => connection.reconnected(database, work) }),
    });
  };

  const say = (batch: Batch, current: ProjectState, result: SyncResult, scope?: string): void => {
    if (output.json) return;
    const saved = savedFiles(project, batch, current);
    const took = input.now() - newest(batch);
    const whom = scope === undefined ? {} : { scope };
    output.working(null);
    const { diff } = input;
    const differences = diff === undefined ? {} : { diff };
    output.say(formatBatch({ saved, result, ...whom, took, at: new Date(), ...differences }, output.style));
  };

  /** The values of matrices; what is wrong with their files or their source is among the errors. */
  const workOnScopes = async (
    batch: Batch,
    current: ProjectState,
    turn: Omit<ScopeTurn, "batch" | "project" | "files">,
    starting: boolean,
  ): Promise<{ readonly done: ScopesDone | null; readonly errors: readonly Diagnostic[] }> => {
    try {
      const { files } = current;
      const { shared, database } = turn;
      const done = await input.scopes.work(
        { ...turn, batch, project, files },
        {
          first: ({ result, scope }) => say(batch, current, result, scope),
          others: (parts, all) =>
            tellSynced(batch, database, current, {
              parts: [...sharedPart(shared, current), ...parts],
              others: { all, done: null },
              diagnostics: [],
            }),
        },
      );
      await watchReads(current);
      return { done, errors: done?.failed.flatMap(({ diagnostics }) => diagnostics) ?? [] };
    } catch (error) {
      if (!(error instanceof MigratorError) || (starting && error.exitCode === 2)) throw error;
      return { done: null, errors: error.diagnostics };
    }
  };

  const tellSynced = async (
    batch: Batch,
    database: Database,
    state: ProjectState,
    what: Pick<Extract<ToldBatch["outcome"], { kind: "synced" }>, "parts" | "others" | "diagnostics">,
  ): Promise<void> => {
    const took = input.now() - newest(batch);
    const values = input.scopes.values();
    await input.told?.({
      saved: savedFiles(project, batch, state),
      project,
      outcome: { kind: "synced", ...what, values, took, database, state },
    });
  };

  const report = async (
    batch: Batch,
    database: Database,
    current: ProjectState,
    shared: SyncResult | null,
    { done, errors }: Awaited<ReturnType<typeof workOnScopes>>,
  ): Promise<void> => {
    const components = current.files.components.length;
    const saved = savedFiles(project, batch, current);
    const took = input.now() - newest(batch);
    output.working(null);
    const first = sharedPart(shared, current);
    const parts: readonly DonePart[] = [...first, ...(done?.parts ?? [])];
    if (output.json) output.result(JSON.stringify(partsJson(parts, errors, components)));
    else if (done !== null) {
      const others = othersOf(done, input.scopes.values())?.done ?? null;
      if (others !== null) output.say(formatOthers({ ...others, saved, took, at: new Date() }, output.style));
    }
    if (errors.length > 0) {
      if (done === null) output.note(formatHead(saved, new Date(), output.style));
      output.fail(done === null ? errors : sameOnce(done.failed), project.config.root);
    }
    if (parts.length === 0) {
      await input.told?.({ saved, project, outcome: { kind: "failed", diagnostics: errors } });
      return;
    }
    await tellSynced(batch, database, current, {
      parts: [...first, ...(done?.parts.slice(0, done.development) ?? [])],
      others: done === null ? null : othersOf(done, input.scopes.values()),
      diagnostics: done === null ? errors : sameOnce(done.failed),
    });
  };

  /** A save that changes nothing has its line, too: nobody waits for one that does not come. */
  const sayNothing = (batch: Batch, { files }: ProjectState): void => {
    const saved = savedFiles(project, batch, state).filter((name) => files.tree.files.has(name));
    if (output.json || saved.length === 0) return;
    const took = input.now() - newest(batch);
    output.say(formatBatch({ saved, result: null, took, at: new Date() }, output.style));
  };

  const fail = async (batch: Batch, diagnostics: readonly Diagnostic[]): Promise<BatchOutcome> => {
    failing = true;
    const count = state?.files.components.length ?? 0;
    const saved = savedFiles(project, batch, state);
    output.working(null);
    if (output.json) output.result(JSON.stringify(planJson(null, count, diagnostics)));
    output.note(formatHead(saved, new Date(), output.style));
    output.fail(diagnostics, project.config.root);
    await input.told?.({ saved, project, outcome: { kind: "failed", diagnostics } });
    return { kind: "done" };
  };

  /** One try; a lost connection is the caller's affair. */
  const attempt = async (
    batch: Batch,
    database: Database,
    isWaiting: () => boolean,
  ): Promise<BatchOutcome> => {
    const starting = state === null;
    for (const path of batch.keys()) unread.add(path);
    await reopen(batch);
    const current = await read();
    const mistakes = current.mistakes();
    if (starting) requireFolder(project, mistakes);
    if (mistakes.length > 0 && selection === null) throw new MigratorError(mistakes);
    const found = mistakes.length > 0 ? mistakes : await current.assemble(database);
    selection ??= selectComponents(input.paths, input.folder, project.config.componentsFolder, [
      ...current.files.components.map(({ component }) => component),
      ...[...current.files.tree.files.values()].flatMap(({ name, placement }) =>
        placement.kind === "scoped" ? [name] : [],
      ),
    ]);
    const due =
      whole && selection.whole ? wholeSync : dueObjects(current, selection, project.untracked, whole);
    const until = unsettledUntil(project.config.componentsFolder, batch, current, whole || found.length > 0);
    if (until > input.now()) return { kind: "again", until };
    const back = input.scopes.isTouched(current.files) ? missingUntil(batch) : 0;
    if (back > input.now()) return { kind: "again", until: back };
    if (found.length > 0) throw new MigratorError(found);
    const nothing = !whole && !failing && due.judged?.size === 0 && due.vanished?.size === 0;
    const shared = nothing || !input.shared ? null : await sync(database, current, due);
    const turn = { database, selection, whole, shared, isInterrupted: () => stop.aborted || isWaiting() };
    if (shared !== null) say(batch, current, shared);
    current.clear();
    whole = false;
    failing = false;
    const scoped = await workOnScopes(batch, current, turn, starting);
    if (shared !== null || scoped.done !== null || scoped.errors.length > 0)
      await report(batch, database, current, shared, scoped);
    else sayNothing(batch, current);
    return { kind: "done" };
  };

  return {
    async work(batch, isWaiting) {
      let database: Database | null = null;
      for (;;) {
        const starting = state === null;
        try {
          database = await connection.database();
          return await attempt(batch, database, isWaiting);
        } catch (thrown) {
          if (stop.aborted) return { kind: "done" };
          const error = state === null ? thrown : explain(thrown, state.files);
          if (error instanceof DatabaseError && error.connectionLost && database !== null) {
            whole = true;
            await connection.lost(database, error);
            continue;
          }
          const usage = error instanceof MigratorError && starting && error.exitCode === 2;
          const diagnostics = usage ? null : diagnosticsOf(error);
          if (diagnostics === null) throw error;
          const until = missingUntil(batch);
          if (until > input.now()) return { kind: "again", until };
          return await fail(batch, diagnostics);
        }
      }
    },
    lookAtAll() {
      whole = true;
    },
    save: async () => state?.files.save(),
  };
}

function newest(batch: Batch): number {
  let latest = 0;
  for (const at of batch.values()) latest = Math.max(latest, at);
  return latest;
}

function sharedPart(result: SyncResult | null, { files }: ProjectState): readonly DonePart[] {
  return result === null ? [] : [{ scope: sharedScope, components: files.components.length, result }];
}

/** Without its folder there is nothing to watch. */
function requireFolder(project: WatchedProject, mistakes: readonly Diagnostic[]): void {
  const folder = statSync(project.config.componentsFolder, { throwIfNoEntry: false });
  if (folder === undefined) throw new MigratorError(mistakes, 2);
}

/** Null where the error is a bug of the tool. */
function diagnosticsOf(error: unknown): readonly Diagnostic[] | null {
  if (error instanceof MigratorError) return error.diagnostics;
  return error instanceof DatabaseError ? [describeError(error)] : null;
}

/** The files of a batch as a person knows them: those that are there, and those that declared something. */
function savedFiles(project: WatchedProject, batch: Batch, state: ProjectState | null): readonly string[] {
  const { componentsFolder, root } = project.config;
  const declared = new Set([...(state?.touched.values() ?? [])].map(({ component }) => component));
  const names: string[] = [];
  for (const path of batch.keys()) {
    if (path === componentsFolder) continue;
    const below = path.startsWith(componentsFolder + sep);
    const name = relative(below ? componentsFolder : root, path)
      .split(sep)
      .join("/");
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isFile()) names.push(name);
    else if (stats === undefined && (declared.has(name) || isScoped(name))) names.push(`${name} (gone)`);
  }
  return names.length === 0 ? ["components"] : names.sort();
}

function isScoped(name: string): boolean {
  return placementOf(name).kind === "scoped";
}
