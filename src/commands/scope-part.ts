/** What `plan`, `sync` and `apply` do for one value of a matrix. */
import type { Desired } from "../../graph/desired.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { isLockFailure } from "../database/lock.ts";
import { readScopeStates, type ScopeState, type ScopeStates } from "../database/scope-states.ts";
import { assembleTogether, type ScopedFileSet } from "../live/assemble-together.ts";
import { describeError } from "../live/describe-error.ts";
import { sharesPath } from "../live/relocate.ts";
import { openScopes, type ScopeFiles, type ScopeReader } from "../live/scope-files.ts";
import { ownNames } from "../live/shared-plan/own-names.ts";
import { type SyncInput, type SyncResult, type SyncWitness, syncComponents } from "../live/sync.ts";
import { readUntracked, trackedOnly } from "../live/tracking.ts";
import { assembleSound, type Files } from "../live/workspace.ts";
import type { BringAlong } from "../tenants/apply-scope.ts";
import { requireIsolatedComponents } from "../tenants/isolated-components.ts";
import { isToldTouched, requireIsolatedAround } from "../tenants/isolation.ts";
import { type MatrixScope, sharedScope } from "../tenants/scope.ts";
import { fileOfComponent, scopeOfComponent } from "../tenants/scoped-name.ts";
import type { PartOf, SettledOf } from "../tenants/scoped-syncs.ts";
import { type FilesDigest, filesChangedSince, settledText } from "../tenants/settled-files.ts";
import { type CommandContext, type Project, reconnectedTo } from "./context.ts";
import { explain } from "./explain-problems.ts";
import type { PendingOf } from "./pending-parts.ts";
import { openScopeDatabase } from "./scope-database.ts";
import { digestFor, questionOf } from "./scope-question.ts";
import type { SelectedPaths } from "./select-paths.ts";
import { openSharedPlans, type PlanAlone } from "./shared-plans.ts";

export interface SyncedPart {
  /** How many there are. */
  readonly components: number;
  readonly result: SyncResult;
  /** Whom an object's text names. */
  readonly needs: Desired["needs"];
  /** True where it was done by a plan that was made for another value. */
  readonly shared?: boolean;
}

/** A part without what is known of its files beforehand. */
type Synced = Pick<SyncedPart, "result" | "needs">;

/** What is the same for all scopes. */
export interface ScopeWork {
  readonly context: CommandContext;
  readonly project: Project;
  readonly files: Files;
  /** Null: everything. */
  readonly select: SelectedPaths["keys"] | null;
  /** True: each scope is asked by itself, and none is passed over by what the ledger says of all together. */
  readonly asksEach: boolean;
  /** Texts that name what is neither the scope's own nor shared are refused. */
  readonly isolated: boolean;
  /** In a rehearsal: the parts of migrations that a value lacks run around its components. */
  readonly pending?: PendingOf | undefined;
  readonly settings: Pick<
    SyncInput,
    | "command"
    | "rehearsal"
    | "takeFiles"
    | "allow"
    | "refresh"
    | "fill"
    | "lockTimeout"
    | "lockRetries"
    | "onWait"
    | "onWorking"
  >;
}

/** The work of each scope, and which scopes of one database have none. */
export interface ScopeParts {
  readonly part: PartOf<SyncedPart>;
  readonly settled: SettledOf<SyncedPart>;
}

/** `reader`: files that were opened before. */
export function scopeParts(work: ScopeWork, reader: ScopeReader = openScopesOf(work)): ScopeParts {
  const { context, project, files, settings } = work;
  const plans = openSharedPlans(reader);
  const { ledgerSchema } = project.config;
  const wholly = work.select === null && settings.refresh !== "all";
  const filesOf = (scope: MatrixScope): FilesDigest | null => (wholly ? digestFor(reader, scope) : null);
  /** Equal for values that a plan may be shared by; null where that cannot be told. */
  const alikeOf = (scope: MatrixScope, state: ScopeState, files: FilesDigest): string | null => {
    if (state.state !== "quiet" || !sharesPath(scope, project.config.searchPath)) return null;
    const changed = state.files === null ? null : filesChangedSince(files, state.files);
    if (changed !== null) {
      const variables = ownNames(scope).map(({ variable }) => variable);
      const said = changed.map((name) => [name, reader.normal(scope, name)?.said ?? null]);
      return JSON.stringify([scope.matrix, variables, said]);
    }
    const shape = reader.shape(scope);
    return shape === null ? null : JSON.stringify([scope.matrix, shape, state.ledger]);
  };
  /** As the scopes of the target stood when the shared part was done. */
  let states: ScopeStates | null = null;
  const ask = (scopes: readonly MatrixScope[], database: Database, within: boolean) => {
    const questions = scopes.flatMap((scope) => {
      const said = filesOf(scope);
      return said === null ? [] : [questionOf(scope, said)];
    });
    if (questions.length === 0) return null;
    return readScopeStates(database, ledgerSchema, project.config.project, questions, within);
  };
  const told = (scope: MatrixScope, found: ScopeStates | null): SyncedPart | null => {
    const state = found?.scopes.get(scope.name);
    if (state?.state !== "settled") return null;
    const components = countComponents(files, scope.matrix);
    return { components, result: nothingToDo(state.objects, settings.rehearsal), needs: () => [] };
  };
  const lacks = (scope: MatrixScope): boolean => work.pending?.lacks(scope) === true;
  const settled: SettledOf<SyncedPart> = async (scopes, database, within) => {
    if (work.asksEach) return new Map();
    const found = await ask(scopes, database, within);
    states = found;
    const same = new Map<MatrixScope, SyncedPart>();
    for (const scope of scopes) {
      const part = told(scope, found);
      if (part !== null && !lacks(scope)) same.set(scope, part);
    }
    return same;
  };
  const alone = async (
    scope: MatrixScope,
    at: Database,
    how: Pick<SyncInput, "within" | "reconnected">,
    witness?: Parameters<PlanAlone>[0],
  ): Promise<Synced> => {
    const own = await reader(scope);
    const said = filesOf(scope);
    const loose = own.components.some(({ facts }) => facts.parsed.loose.length > 0);
    try {
      const parts = lacks(scope) ? ((await work.pending?.of(scope, at)) ?? null) : null;
      if (parts !== null && work.isolated) {
        const run = async (last: readonly string[]): Promise<void> => {
          await syncScope(work, own, at, { ...how, around: parts.around, alsoWritten: last });
        };
        await requireIsolatedAround(at, run, scope, { ledgerSchema, file: parts.file });
      }
      const synced = await syncScope(work, own, at, {
        ...how,
        ...(parts === null ? {} : { around: parts.around, alsoWritten: parts.written }),
        ...(said === null ? {} : { files: new Map([[scope.name, settledText(said)]]) }),
        ...(witness === undefined ? {} : { witness: (desired: Desired) => witness(desired, loose) }),
      });
      if (parts === null) return synced;
      const { result } = synced;
      return { ...synced, result: { ...result, warnings: [...parts.warnings, ...result.warnings] } };
    } catch (error) {
      throw explainScope(error, own, how.within === true);
    }
  };
  const part: PartOf<SyncedPart> = async (scope, database, within) => {
    const {
      database: at,
      target,
      close,
    } = await openScopeDatabase(context, project, async () => database, scope);
    const components = countComponents(files, scope.matrix);
    try {
      const here = at === database;
      const same = here || work.asksEach || lacks(scope) ? null : told(scope, await ask([scope], at, false));
      if (same !== null) return same;
      const reconnected = within ? {} : reconnectedTo(target);
      const said = filesOf(scope);
      const state = here && !settings.rehearsal && !within ? states?.scopes.get(scope.name) : undefined;
      const alike = state === undefined || said === null ? null : alikeOf(scope, state, said);
      const how = { within: within && here, ...reconnected };
      if (states === null || alike === null || said === null)
        return { components, ...(await alone(scope, at, how)) };
      const { lockTimeout, onWait } = settings;
      const { snapshot } = states;
      const run = {
        ledgerSchema,
        project: project.config.project,
        lockTimeout,
        onWait,
        snapshot,
        ...reconnected,
      };
      const done = await plans.bring(at, run, scope, alike, settledText(said), (witness) =>
        alone(scope, at, how, witness),
      );
      return { components, ...done };
    } finally {
      await close();
    }
  };
  return { part, settled };
}

/** What a sync tells of a scope that needs nothing. */
function nothingToDo(unchanged: number, rehearsal: boolean): SyncResult {
  return { changes: [], steps: [], costs: [], warnings: [], unchanged, sql: [], applied: !rehearsal };
}

function countComponents({ tree }: Files, matrix: string): number {
  const files = [...tree.files.values()];
  return files.filter(({ placement }) => placement.kind === "scoped" && placement.matrix === matrix).length;
}

/** Brings the components of scopes along around statements that change their tables. */
export function bringAlong(work: ScopeWork): BringAlong {
  const read = openScopesOf(work);
  return async (scope, database, around, written) => {
    const own = await read(scope);
    const { target } = work.project;
    try {
      const how = scope.url === null ? reconnectedTo(target) : {};
      await syncScope(work, own, database, { ...how, around, alsoWritten: written });
    } catch (error) {
      throw isToldTouched(error) ? error : explainScope(error, own, false);
    }
  };
}

function openScopesOf({ project, files }: ScopeWork): ScopeReader {
  return openScopes(project.config, project, files);
}

/** All scopes and what is shared in one transaction. */
export async function syncTogether(
  work: ScopeWork,
  database: Database,
  scopes: readonly MatrixScope[],
  shared: Pick<SyncInput, "around" | "alsoWritten" | "schemas">,
): Promise<SyncedPart> {
  const { project, files, settings } = work;
  const { config } = project;
  const read = openScopes(config, project, files);
  const parts: ScopedFileSet[] = [{ scope: { name: sharedScope, searchPath: config.searchPath }, files }];
  for (const scope of scopes) parts.push({ scope, files: await read(scope) });
  const all = {
    components: parts.flatMap((part) => part.files.components),
    mistakes: parts.flatMap((part) => part.files.mistakes),
  };
  const untracked = readUntracked(config);
  try {
    const { desired, pathOf } = await assembleTogether(parts, config, database);
    if (work.isolated)
      for (const scope of scopes) {
        const own = [...desired.objects.values()].filter(
          ({ component }) => scopeOfComponent(component) === scope.name,
        );
        await requireIsolatedComponents(database, own, scope);
      }
    const result = await syncComponents({
      ...settings,
      ...shared,
      ...reconnectedTo(project.target),
      database,
      desired: trackedOnly(desired, untracked),
      pathOf,
      project: config.project,
      ledgerSchema: config.ledgerSchema,
      searchPath: config.searchPath,
      scopes: parts.map(({ scope }) => scope),
      mode: "live",
      judged: null,
      untracked: (component) => untracked.has(fileOfComponent(component)),
    });
    return { components: all.components.length, result, needs: desired.needs };
  } catch (error) {
    throw explain(error, all);
  }
}

async function syncScope(
  { project: { config }, select, settings, isolated }: ScopeWork,
  files: ScopeFiles,
  database: Database,
  {
    witness,
    ...how
  }: Pick<SyncInput, "within" | "reconnected" | "files" | "around" | "alsoWritten"> & {
    readonly witness?: (desired: Desired) => SyncWitness;
  },
): Promise<Synced> {
  const { scope } = files;
  const { name, searchPath } = scope;
  const place = { name, searchPath, within: how.within === true };
  const untracked = readUntracked(config);
  const desired = trackedOnly(
    await assembleSound(files, config, database, select === null, place),
    untracked,
  );
  if (isolated) await requireIsolatedComponents(database, desired.objects.values(), scope);
  const result = await syncComponents({
    ...settings,
    ...how,
    ...(witness === undefined ? {} : { witness: witness(desired) }),
    database,
    desired,
    project: config.project,
    ledgerSchema: config.ledgerSchema,
    searchPath,
    scopes: [scope],
    mode: "live",
    judged: select?.(desired) ?? null,
    ...(select === null ? {} : { vanished: new Map() }),
    untracked: (component) => untracked.has(fileOfComponent(component)),
  });
  return { result, needs: desired.needs };
}

/** The scope's own failure as mistakes; a lock that others hold is waited for by the whole rehearsal. */
function explainScope(error: unknown, files: ScopeFiles, within: boolean): unknown {
  if (!(error instanceof DatabaseError)) return explain(error, files);
  return within && isLockFailure(error) ? error : new MigratorError([describeError(error)]);
}
