/** The values of a project's matrix, their secrets hidden from now on in all that is printed. */
import type { Config } from "../config/config.ts";
import { readableSecrets } from "../config/secret-value.ts";
import type { Database } from "../database/database.ts";
import { readScopes } from "../tenants/read-scopes.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import type { CommandContext, Project } from "./context.ts";

/** `connect`: the target, with no transaction open; asked only where a source needs it. */
export async function projectScopes(
  context: CommandContext,
  project: Project,
  matrix: string,
  connect: () => Promise<Database>,
): Promise<readonly MatrixScope[]> {
  const { env, output } = context;
  const scopes = await readScopes(project, matrix, { connect, env, onNote: (note) => output.note(note) });
  hideScopeSecrets(context, scopes, project.config);
  return scopes;
}

export function hideScopeSecrets(
  { mask, env }: CommandContext,
  scopes: readonly MatrixScope[],
  { root }: Config,
): void {
  const values = new Set<string>();
  for (const { variables, url } of scopes) {
    for (const value of readableSecrets(variables, { root, env })) values.add(value);
    const password = typeof url === "string" && URL.canParse(url) ? new URL(url).password : "";
    if (password !== "") values.add(password).add(decodeURIComponent(password));
  }
  mask.hide(values);
}
