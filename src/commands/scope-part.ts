/** What `plan`, `sync` and `apply` do for one value of a matrix. */
import type { Desired } from "../../graph/desired.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { isLockFailure } from "../database/lock.ts";
import { assembleTogether, type ScopedFileSet } from "../live/assemble-together.ts";
import { describeError } from "../live/describe-error.ts";
import { openScopes, type ScopeFiles, type ScopeReader } from "../live/scope-files.ts";
import { type SyncInput, type SyncResult, syncComponents } from "../live/sync.ts";
import { readUntracked, trackedOnly } from "../live/tracking.ts";
import { assembleSound, type Files } from "../live/workspace.ts";
import { type MatrixScope, sharedScope } from "../tenants/scope.ts";
import { fileOfComponent } from "../tenants/scoped-name.ts";
import type { PartOf } from "../tenants/scoped-syncs.ts";
import { type CommandContext, type Project, reconnectedTo } from "./context.ts";
import { explain } from "./explain-problems.ts";
import { openScopeDatabase } from "./scope-database.ts";
import type { SelectedPaths } from "./select-paths.ts";

export interface SyncedPart {
  /** How many there are. */
  readonly components: number;
  readonly result: SyncResult;
  /** Whom an object's text names. */
  readonly needs: Desired["needs"];
}

/** What is the same for all scopes. */
export interface ScopeWork {
  readonly context: CommandContext;
  readonly project: Project;
  readonly files: Files;
  /** Null: everything. */
  readonly select: SelectedPaths["keys"] | null;
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

/** `read`: files that were opened before. */
export function scopePart(work: ScopeWork, read: ScopeReader = openScopesOf(work)): PartOf<SyncedPart> {
  const { context, project } = work;
  return async (scope, database, within) => {
    const own = await read(scope);
    const {
      database: at,
      target,
      close,
    } = await openScopeDatabase(context, project, async () => database, scope);
    try {
      const reconnected = within ? {} : reconnectedTo(target);
      const how = { within: within && at === database, ...reconnected };
      return { components: own.components.length, ...(await syncScope(work, own, at, how)) };
    } catch (error) {
      throw explainScope(error, own, within);
    } finally {
      await close();
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
  { project: { config }, select, settings }: ScopeWork,
  files: ScopeFiles,
  database: Database,
  how: Pick<SyncInput, "within" | "reconnected">,
): Promise<Omit<SyncedPart, "components">> {
  const { scope } = files;
  const { name, searchPath } = scope;
  const place = { name, searchPath, within: how.within === true };
  const untracked = readUntracked(config);
  const desired = trackedOnly(
    await assembleSound(files, config, database, select === null, place),
    untracked,
  );
  const result = await syncComponents({
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
  return { result, needs: desired.needs };
}

/** The scope's own failure as mistakes; a lock that others hold is waited for by the whole rehearsal. */
function explainScope(error: unknown, files: ScopeFiles, within: boolean): unknown {
  if (!(error instanceof DatabaseError)) return explain(error, files);
  return within && isLockFailure(error.sqlstate) ? error : new MigratorError([describeError(error)]);
}
