/**
 * Which secrets a way back from the ledger may ask for: those that the project itself declares. Whoever may write to the ledger must
 * not make the tool run programs, read files or send the environment.
 */
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { type SecretSource, secretSource } from "../config/secret-source.ts";
import { namesIn } from "../migrations/migration.ts";
import type { Undoing } from "../migrations/revert-migrations.ts";
import { sharedScope } from "../tenants/scope.ts";
import type { CommandContext } from "./context.ts";
import type { MigrationsAtTarget } from "./migration-project.ts";
import { projectScopes } from "./project-scopes.ts";

/** Throws a MigratorError that names each secret of a stored script whose source is not declared. */
export async function requireDeclared(
  context: CommandContext,
  { project, database }: Pick<MigrationsAtTarget, "project" | "database">,
  undoing: readonly Pick<Undoing, "module" | "id" | "scope" | "down">[],
): Promise<void> {
  const asking = undoing.filter(({ down }) => Object.keys(down.secrets).length > 0);
  if (asking.length === 0) return;
  const names = namesIn(project.config);
  const shared = declaredIn(project.variables);
  const scopes = new Map<string, ReadonlySet<string>>();
  for (const matrix of new Set(asking.flatMap(({ scope }) => matrixOf(scope) ?? []))) {
    if (project.config.matrices[matrix] === undefined) continue;
    for (const scope of await projectScopes(context, project, matrix, async () => database))
      scopes.set(scope.name, declaredIn(scope.variables));
  }
  const problems = asking.flatMap(({ module, id, scope, down }): readonly Diagnostic[] =>
    Object.entries(down.secrets)
      .filter(([, source]) => {
        const key = keyOf(source);
        return key === null || !(shared.has(key) || scopes.get(scope)?.has(key));
      })
      .map(([name, source]) => ({
        code: "secret",
        message: `the way back of ${names.migration({ module, id })}, stored in the database, asks for the secret ${name} from a source that the project does not declare`,
        detail: JSON.stringify(source),
        fix: `if that is right, declare a variable with { "secret": … } of that source in migrator.json or in a --vars file`,
      })),
  );
  if (problems.length > 0) throw new MigratorError(problems);
}

function matrixOf(scope: string): string | null {
  return scope === sharedScope ? null : scope.slice(0, scope.indexOf("="));
}

function declaredIn(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  const source = secretSource(value);
  const key = source === undefined ? null : keyOf(source);
  if (key !== null) found.add(key);
  else if (typeof value === "object" && value !== null)
    for (const inner of Object.values(value)) declaredIn(inner, found);
  return found;
}

/** Null for what is no source: it comes from a table that others may write. */
function keyOf(source: SecretSource): string | null {
  const sound = secretSource({ secret: source });
  return sound === undefined ? null : JSON.stringify(sound);
}
