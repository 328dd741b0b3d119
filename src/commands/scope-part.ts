/** What `plan`, `sync` and `apply` do for one value of a matrix. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { isLockFailure } from "../database/lock.ts";
import { readSettledScopes } from "../database/settled-scopes.ts";
import { assembleTogether, type ScopedFileSet } from "../live/assemble-together.ts";
import { describeError } from "../live/describe-error.ts";
import { openScopes, type ScopeFiles } from "../live/scope-files.ts";
import { type SyncInput, type SyncResult, syncComponents } from "../live/sync.ts";
import { readUntracked, trackedOnly } from "../live/tracking.ts";
import { assembleSound, type Files } from "../live/workspace.ts";
import { type MatrixScope, sharedScope } from "../tenants/scope.ts";
import { fileOfComponent } from "../tenants/scoped-name.ts";
import type { PartOf, SettledOf } from "../tenants/scoped-syncs.ts";
import { type CommandContext, type Project, reconnectedTo } from "./context.ts";
import { explain } from "./explain-problems.ts";
import { openScopeDatabase } from "./scope-database.ts";
import type { SelectedPaths } from "./select-paths.ts";
import { version } from "./version.ts";

export interface SyncedPart {
  /** How many there are. */
  readonly components: number;
  readonly result: SyncResult;
}

/** What is the same for all scopes. */
export interface ScopeWork {
  readonly context: CommandContext;
  readonly project: Project;
  readonly files: Files;
  /** Null: everything. */
  readonly select: SelectedPaths["keys"] | null;
  /** True: each scope is asked by itself, and none is passed over by what the ledger says of all together. */
  readonly asksEach: boolean;
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
  >;
}

/** The work of each scope, and which scopes of one database have none. */
export interface ScopeParts {
  readonly part: PartOf<SyncedPart>;
  readonly settled: SettledOf<SyncedPart>;
}

export function scopeParts(work: ScopeWork): ScopeParts {
  const { context, project, files, settings } = work;
  const { read, digest } = openScopes(project.config, project, files);
  const whole = work.select === null;
  const filesOf = (scope: MatrixScope): string | null => {
    const said = digest(scope);
    return said === null ? null : `${version} ${said}`;
  };
  const settled: SettledOf<SyncedPart> = async (scopes, database, within) => {
    if (!whole || work.asksEach || settings.refresh === "all") return new Map();
    const { ledgerSchema, project: name } = project.config;
    const asked = new Map<string, MatrixScope>();
    const questions = scopes.flatMap((scope) => {
      const said = filesOf(scope);
      if (said === null) return [];
      asked.set(scope.name, scope);
      return [{ name: scope.name, searchPath: scope.searchPath, files: said }];
    });
    if (questions.length === 0) return new Map();
    const found = await readSettledScopes(database, ledgerSchema, name, questions, within);
    return new Map(
      [...found].flatMap(([key, objects]) => {
        const scope = asked.get(key);
        if (scope === undefined) return [];
        const components = countComponents(files, scope.matrix);
        return [[scope, { components, result: nothingToDo(objects, settings.rehearsal) }] as const];
      }),
    );
  };
  const part: PartOf<SyncedPart> = async (scope, database, within) => {
    const {
      database: at,
      target,
      close,
    } = await openScopeDatabase(context, project, async () => database, scope);
    try {
      if (at !== database) {
        const same = (await settled([scope], at, false)).get(scope);
        if (same !== undefined) return same;
      }
      const own = await read(scope);
      try {
        const said = whole ? filesOf(scope) : null;
        const reconnected = within ? {} : reconnectedTo(target);
        const result = await syncScope(work, own, at, {
          within: within && at === database,
          ...reconnected,
          ...(said === null ? {} : { files: new Map([[scope.name, said]]) }),
        });
        return { components: own.components.length, result };
      } catch (error) {
        throw explainScope(error, own, within);
      }
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

/** All scopes and what is shared in one transaction. */
export async function syncTogether(
  work: ScopeWork,
  database: Database,
  scopes: readonly MatrixScope[],
  shared: Pick<SyncInput, "around" | "alsoWritten" | "schemas">,
): Promise<SyncedPart> {
  const { project, files, settings } = work;
  const { config } = project;
  const { read } = openScopes(config, project, files);
  const parts: ScopedFileSet[] = [{ scope: { name: sharedScope, searchPath: config.searchPath }, files }];
  for (const scope of scopes) parts.push({ scope, files: await read(scope) });
  const all = {
    components: parts.flatMap((part) => part.files.components),
    mistakes: parts.flatMap((part) => part.files.mistakes),
  };
  const untracked = readUntracked(config);
  try {
    const { desired, pathOf } = await assembleTogether(parts, config, database);
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
    return { components: all.components.length, result };
  } catch (error) {
    throw explain(error, all);
  }
}

async function syncScope(
  { project: { config }, select, settings }: ScopeWork,
  files: ScopeFiles,
  database: Database,
  how: Pick<SyncInput, "within" | "reconnected" | "files">,
): Promise<SyncResult> {
  const { scope } = files;
  const { name, searchPath } = scope;
  const place = { name, searchPath, within: how.within === true };
  const untracked = readUntracked(config);
  const desired = trackedOnly(
    await assembleSound(files, config, database, select === null, place),
    untracked,
  );
  return syncComponents({
    ...settings,
    ...how,
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
}

/** The scope's own failure as mistakes; a lock that others hold is waited for by the whole rehearsal. */
function explainScope(error: unknown, files: ScopeFiles, within: boolean): unknown {
  if (!(error instanceof DatabaseError)) return explain(error, files);
  return within && isLockFailure(error.sqlstate) ? error : new MigratorError([describeError(error)]);
}
