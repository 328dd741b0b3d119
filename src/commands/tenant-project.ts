/** A project with the values of one of its matrices, for the commands about tenants. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { suggestWord } from "../config/nearest.ts";
import { resolveSecrets } from "../config/secret-value.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { urlOfData } from "../database/url-of-data.ts";
import { describeError } from "../live/describe-error.ts";
import { chooseMatrix } from "../tenants/choose-matrix.ts";
import { readScopes, type ScopeReading } from "../tenants/read-scopes.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { type CommandContext, type CommonOptions, connect, openProject, type Project } from "./context.ts";
import { hideScopeSecrets } from "./project-scopes.ts";
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
  /** The database of a scope that has one of its own; the caller closes it. */
  readonly own: (scope: MatrixScope) => Promise<Database>;
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
      const own = async (scope: MatrixScope) => connectOwn(context, config, scope);
      return await work({ project, matrix, scopes, reading, target, own });
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

async function connectOwn(
  { env, mask }: CommandContext,
  { root }: Config,
  { name, url }: MatrixScope,
): Promise<Database> {
  let text = typeof url === "string" ? urlOfData(url) : "";
  if (url !== null && typeof url !== "string") {
    const values = await resolveSecrets(new Map([[`databaseUrl of ${name}`, url]]), { root, env });
    mask.hide(values.values());
    text = [...values.values()].join("");
  }
  return connect({ kind: "server", url: text, name: null, components: "live", protected: false });
}

/** As it is, unless it holds what no terminal should be told, or what reads as something else. */
export function shownKey(key: string): string {
  return /^[^\p{C}\s"'][^\p{C}]*$/u.test(key) ? key : JSON.stringify(key);
}
