/** A project with the values of one of its matrices, for the commands about tenants. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { suggestWord } from "../config/nearest.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { describeError } from "../live/describe-error.ts";
import { chooseMatrix } from "../tenants/choose-matrix.ts";
import { readScopes, type ScopeReading } from "../tenants/read-scopes.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { type CommandContext, type CommonOptions, connect, openProject, type Project } from "./context.ts";
import { hideScopeSecrets } from "./project-scopes.ts";
import { openScopeDatabase, type ScopeDatabase } from "./scope-database.ts";
import { tellingErrors } from "./telling-errors.ts";

export interface TenantOptions extends CommonOptions {
  readonly matrix?: string;
}

export interface OpenTenants {
  readonly project: Project;
  readonly matrix: string;
  readonly scopes: readonly MatrixScope[];
  /** How they were read, to read them again. */
  readonly reading: ScopeReading;
  /** The target; one connection, made when it is first asked for, and closed at the end. */
  readonly target: () => Promise<Database>;
  /** Where a scope lives; the caller closes it. */
  readonly open: (scope: MatrixScope) => Promise<ScopeDatabase>;
}

/** Reads the values, runs `work` and closes the connection. The secrets of the values are hidden in all that is printed. */
export async function withTenants<T>(
  context: CommandContext,
  options: TenantOptions,
  work: (opened: OpenTenants) => Promise<T>,
): Promise<T> {
  const { env, output } = context;
  return tellingErrors(context, async () => {
    const project = await openProject(context, options);
    const { config } = project;
    const matrix = chooseMatrix(config, options.matrix);
    let connecting: Promise<Database> | undefined;
    const target = (): Promise<Database> => {
      connecting ??= connect(project.target);
      return connecting;
    };
    const reading: ScopeReading = { connect: target, env, onNote: output.note };
    try {
      const scopes = await readScopes(project, matrix, reading);
      hideScopeSecrets(context, scopes, config);
      const open = (scope: MatrixScope) => openScopeDatabase(context, project, target, scope);
      return await work({ project, matrix, scopes, reading, target, open });
    } catch (error) {
      throw error instanceof DatabaseError ? new MigratorError([describeError(error)]) : error;
    } finally {
      await connecting?.then(
        (database) => database.close(),
        () => {},
      );
    }
  });
}

/** Throws a MigratorError (exit code 2) where there is no such value. */
export function scopeNamed({ scopes, matrix }: OpenTenants, key: string): MatrixScope {
  const found = scopes.find((scope) => scope.key === key);
  if (found !== undefined) return found;
  const known = scopes.map((scope) => scope.key);
  const message = `there is no ${matrix} ${JSON.stringify(key)}`;
  const suggestion = suggestWord(key, known);
  const fix = suggestion.startsWith("did you mean") ? suggestion : "see migrator tenant list";
  throw new MigratorError([{ code: "usage", message, fix }], 2);
}
