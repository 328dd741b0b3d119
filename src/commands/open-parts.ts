/** A project for each of its scopes, for the commands that compare files and database without changing either. */
import type { Desired } from "../../graph/desired.ts";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { Database } from "../database/database.ts";
import { openScopes, type ScopeFiles } from "../live/scope-files.ts";
import { trackedOnly } from "../live/tracking.ts";
import { asksDatabase } from "../tenants/read-scopes.ts";
import { type MatrixScope, sharedScope } from "../tenants/scope.ts";
import { describeScope, scopedName } from "../tenants/scoped-name.ts";
import { chooseScopes } from "./choose-scopes.ts";
import { assemblePart, explainedPart, type OpenPart, type OpenProject } from "./component-project.ts";
import type { CommandContext } from "./context.ts";
import { openScopeDatabase } from "./scope-database.ts";
import type { ScopeOptions } from "./scope-options.ts";

export interface Parts<T> {
  /** The values of matrices that were asked for. */
  readonly values: readonly MatrixScope[];
  /** The shared scope first, where it was asked for. */
  readonly found: readonly { readonly scope: string; readonly result: T }[];
  /** What was wrong with single scopes. */
  readonly errors: readonly Diagnostic[];
}

/** Runs `work` for one scope after another; mistakes of one value of a matrix stop no other. */
export async function forEachPart<T>(
  context: CommandContext,
  opened: OpenProject<Database | null>,
  options: ScopeOptions,
  work: (part: OpenPart<Database | null>) => Promise<T>,
): Promise<Parts<T>> {
  const { project, files, database } = opened;
  const found: { scope: string; result: T }[] = [];
  const errors: Diagnostic[] = [];
  const { shared, scopes } = await chosen(context, opened, options);
  if (shared) found.push({ scope: sharedScope, result: await work(opened) });
  const read = openScopes(project.config, project, files);
  for (const scope of scopes) {
    try {
      const own = await read(scope);
      if (database === null) {
        found.push({ scope: scope.name, result: await work(await partOf(opened, own, null)) });
        continue;
      }
      const at = await openScopeDatabase(context, project, async () => database, scope);
      try {
        const part = await partOf(opened, own, at.database);
        found.push({ scope: scope.name, result: await explainedPart(part, () => work(part)) });
      } finally {
        await at.close();
      }
    } catch (error) {
      if (!(error instanceof MigratorError)) throw error;
      errors.push(...error.diagnostics.map((one) => ({ ...one, scope: describeScope(scope.name) })));
    }
  }
  return { values: scopes, found, errors };
}

/** The values of all matrices that have components. */
export async function knownValues(
  context: CommandContext,
  opened: OpenProject<Database | null>,
): Promise<readonly MatrixScope[]> {
  return (await chosen(context, opened, {})).scopes;
}

/** Without a database nobody can be asked for values. */
async function chosen(
  context: CommandContext,
  { project, files, database }: OpenProject<Database | null>,
  options: ScopeOptions,
) {
  const { config } = project;
  if (database === null && Object.keys(config.matrices).some((matrix) => asksDatabase(config, matrix)))
    return { shared: true, scopes: [] };
  return chooseScopes(context, project, files, database, options);
}

/** The project as one value of a matrix has it. */
export async function partOf<D extends Database | null>(
  { project, untracked }: Pick<OpenProject<D>, "project" | "untracked">,
  files: ScopeFiles,
  database: D,
): Promise<OpenPart<D>> {
  const { scope } = files;
  const of = { ...project, config: { ...project.config, searchPath: scope.searchPath } };
  const own = untrackedOf(untracked, scope);
  const desired: Desired = await assemblePart(of, files, database, scope);
  return { project: of, files, database, desired: trackedOnly(desired, untracked), untracked: own, scope };
}

/** By the names that the components have for the scope. */
function untrackedOf(untracked: ReadonlySet<string>, { matrix, key }: MatrixScope): ReadonlySet<string> {
  return new Set([...untracked].map((file) => scopedName(file, matrix, key)));
}
