/** The work of a watch: from a batch of paths to a database that follows them, and what is said of it. */

import { statSync } from "node:fs";
import { relative, sep } from "node:path";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { RefreshMode } from "../../graph/plan/pass.ts";
import { explain } from "../commands/explain-problems.ts";
import type { Output } from "../commands/output.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { describeError } from "../live/describe-error.ts";
import { idempotentSchemas } from "../live/idempotent-schemas.ts";
import { type SyncResult, syncComponents } from "../live/sync.ts";
import { planJson } from "../report/plan-report.ts";
import type { BatchOutcome } from "./batch-loop.ts";
import { formatBatch, formatHead } from "./batch-report.ts";
import type { Connection } from "./connection.ts";
import { type Due, dueObjects, dueSchemas, wholeSync } from "./due-objects.ts";
import { type ProjectState, readState } from "./project-state.ts";
import type { Batch } from "./save-queue.ts";
import { type Selection, selectComponents } from "./selection.ts";
import { missingUntil, unsettledUntil } from "./settling.ts";
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
  readonly stop: AbortSignal;
  now(): number;
  /** Reads migrator.json and the variables again. */
  open(): Promise<WatchedProject>;
  /** Told of each batch that was worked on, after it was reported. */
  readonly told?: (batch: ToldBatch) => Promise<void>;
  /** The project is another one now: other files are to be watched, or another database to be worked on. */
  moved(from: WatchedProject, to: WatchedProject): Promise<void>;
}

/** What became of a batch, and the project as it is now. */
export interface ToldBatch {
  readonly saved: readonly string[];
  readonly project: WatchedProject;
  readonly outcome:
    | {
        readonly kind: "synced";
        readonly result: SyncResult;
        /** Milliseconds from the last save to the commit. */
        readonly took: number;
        readonly database: Database;
        readonly state: ProjectState;
      }
    | { readonly kind: "failed"; readonly diagnostics: readonly Diagnostic[] };
}

export interface WatchSession {
  /** Rejects only with what ends the watch. */
  work(batch: Batch): Promise<BatchOutcome>;
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
    const { reads } = state.files;
    if (reads.join("\0") !== project.watched.reads.join("\0")) {
      const next = withReads(project, reads);
      await input.moved(project, next);
      project = next;
      // What changed before they were watched.
      await state.update(reads, variables);
    }
    return state;
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

  const report = async (
    batch: Batch,
    database: Database,
    current: ProjectState,
    result: SyncResult,
  ): Promise<void> => {
    const count = current.files.components.length;
    const saved = savedFiles(project, batch, current);
    const took = input.now() - newest(batch);
    output.working(null);
    if (output.json) output.result(JSON.stringify(planJson(result, count, [])));
    else output.say(formatBatch({ saved, result, took, at: new Date() }, output.style));
    await input.told?.({
      saved,
      project,
      outcome: { kind: "synced", result, took, database, state: current },
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
  const attempt = async (batch: Batch, database: Database): Promise<BatchOutcome> => {
    const starting = state === null;
    for (const path of batch.keys()) unread.add(path);
    await reopen(batch);
    const current = await read();
    const mistakes = current.mistakes();
    if (starting) requireFolder(project, mistakes);
    if (mistakes.length > 0 && selection === null) throw new MigratorError(mistakes);
    const found = mistakes.length > 0 ? mistakes : await current.assemble(database);
    selection ??= selectComponents(
      input.paths,
      input.folder,
      project.config.componentsFolder,
      current.files.components.map(({ component }) => component),
    );
    const due =
      whole && selection.whole ? wholeSync : dueObjects(current, selection, project.untracked, whole);
    const until = unsettledUntil(project.config.componentsFolder, batch, current, whole || found.length > 0);
    if (until > input.now()) return { kind: "again", until };
    if (found.length > 0) throw new MigratorError(found);
    if (!whole && !failing && due.judged?.size === 0 && due.vanished?.size === 0) {
      sayNothing(batch, current);
      return { kind: "done" };
    }
    const result = await sync(database, current, due);
    current.clear();
    whole = false;
    failing = false;
    await report(batch, database, current, result);
    return { kind: "done" };
  };

  return {
    async work(batch) {
      let database: Database | null = null;
      for (;;) {
        const starting = state === null;
        try {
          database = await connection.database();
          return await attempt(batch, database);
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
    else if (stats === undefined && declared.has(name)) names.push(`${name} (gone)`);
  }
  return names.length === 0 ? ["components"] : names.sort();
}
