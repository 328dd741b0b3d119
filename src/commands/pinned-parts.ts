/** What a migration is pinned for: its parts, those of matrices for each value that is known now. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import type { BuildContext } from "../migrations/build-context.ts";
import type { PinnedPart } from "../migrations/pin-migration.ts";
import { scopedContext } from "../tenants/apply-scope.ts";
import { asksDatabase, readScopes } from "../tenants/read-scopes.ts";
import { type MatrixScope, scopeName } from "../tenants/scope.ts";
import { type CommandContext, connect, isMissing } from "./context.ts";
import type { MigrationProject } from "./migration-project.ts";
import { hideScopeSecrets } from "./project-scopes.ts";

/** The parts of the migration in a folder. */
export async function pinnedParts(
  context: CommandContext,
  opened: MigrationProject,
): Promise<(folder: string) => readonly [PinnedPart, ...PinnedPart[]]> {
  const { all } = opened;
  const contextsOf = await pinningContexts(
    context,
    opened,
    new Set(all.flatMap(({ matrix }) => matrix ?? [])),
  );
  return (folder) => {
    const [first, ...others] = all
      .filter((one) => one.folder === folder)
      .map((migration) => ({ migration, contexts: contextsOf(migration.matrix) }));
    if (first === undefined) throw new Error(`no migration in ${folder}`);
    return [first, ...others];
  };
}

/** What the parts of these matrices (null: those that run once) are built for where they are pinned. */
export async function pinningContexts(
  context: CommandContext,
  { project, context: building }: MigrationProject,
  matrices: ReadonlySet<string>,
): Promise<(matrix: string | null) => readonly BuildContext[]> {
  const contexts = new Map<string | null, readonly BuildContext[]>();
  for (const matrix of matrices) {
    const scopes = await knownScopes(context, project, matrix);
    const values = scopes.length === 0 ? [madeUp(building, matrix)] : scopes;
    contexts.set(
      matrix,
      values.map((scope) => scopedContext(building, scope)),
    );
  }
  return (matrix) => contexts.get(matrix) ?? [building];
}

/** None where they cannot be asked for: a database that is not there yet has no table of tenants. */
export async function knownScopes(
  context: CommandContext,
  project: MigrationProject["project"],
  matrix: string,
): Promise<readonly MatrixScope[]> {
  const asking = asksDatabase(project.config, matrix);
  const unknown = (): readonly MatrixScope[] => {
    context.output.note(
      `the values of ${matrix} cannot be asked for: what its parts read is found with a made-up one`,
    );
    return [];
  };
  if (asking && isMissing(project.target)) return unknown();
  const open: Database[] = [];
  try {
    const scopes = await readScopes(project, matrix, {
      connect: async () => {
        const database = await connect(project.target);
        open.push(database);
        return database;
      },
      env: context.env,
      onNote: () => {},
    });
    hideScopeSecrets(context, scopes, project.config);
    return scopes;
  } catch (error) {
    // The table that a query names may come with a migration.
    if (asking && (error instanceof DatabaseError || error instanceof MigratorError)) return unknown();
    throw error;
  } finally {
    for (const database of open) await database.close();
  }
}

export function madeUp({ config }: BuildContext, matrix: string): MatrixScope {
  const key = matrix;
  const own = config.matrices[matrix]?.variables ?? {};
  return {
    matrix,
    key,
    name: scopeName(matrix, key),
    variables: { ...own, schema: key, [matrix]: { ...own, schema: key } },
    schema: key,
    searchPath: [key, ...config.searchPath],
    url: null,
  };
}
