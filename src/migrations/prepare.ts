/** Migrations with their scripts built and taken apart: ready to be compared with a database and to run. */
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { shownPath } from "../project/scan.ts";
import { loadParser } from "../sql/library.ts";
import { sharedScope } from "../tenants/scope.ts";
import { buildScript, loadTemplates } from "./build.ts";
import type { BuildContext } from "./build-context.ts";
import type { BuildMemory } from "./build-memory.ts";
import type { BuiltMigration } from "./built-migration.ts";
import type { BuiltScript } from "./built-script.ts";
import { expectedOfScope, readExpectations } from "./expectations.ts";
import { type Migration, namesIn } from "./migration.ts";
import { orderMigrations } from "./order.ts";
import { takesDeclarations } from "./own-script.ts";
import { readPin } from "./pin.ts";
import { allReplaced } from "./replaced.ts";
import { type ScriptStatement, scriptStatements } from "./script-statements.ts";

export { isOpen } from "./is-open.ts";

/**
 * Builds all of them, as they are pinned or, without a pin, from the working tree, and puts them in the order in which they run.
 * What `memory` knows is built when its text is asked for, the parser being loaded; to save it is the caller's. Throws a MigratorError with
 * every mistake.
 */
export async function buildMigrations(
  context: BuildContext,
  migrations: readonly Migration[],
  memory: BuildMemory,
): Promise<readonly BuiltMigration[]> {
  const mistakes: Diagnostic[] = [];
  await loadTemplates(migrations);
  const known = new Map(
    migrations.map((migration) => {
      const build = () => buildMigration(context, migration);
      return [migration, memory.recall(migration, build)] as const;
    }),
  );
  const unknown = migrations.filter((migration) => known.get(migration) === null);
  if (unknown.some(({ up, down }) => takesDeclarations(up) || takesDeclarations(down))) await loadParser();
  const built = migrations.flatMap((migration): readonly BuiltMigration[] => {
    try {
      return [known.get(migration) ?? memory.keep(buildMigration(context, migration))];
    } catch (error) {
      if (!(error instanceof MigratorError)) throw error;
      mistakes.push(...error.diagnostics);
      return [];
    }
  });
  if (mistakes.length > 0) throw new MigratorError(mistakes);
  return orderMigrations(built, namesIn(context.config), ({ migration }) => allReplaced(migration.replaces));
}

/** `loadTemplates` must have been awaited. */
export function buildMigration(context: BuildContext, migration: Migration): BuiltMigration {
  const pin = readPin(context.config, migration);
  const up = buildScript(context, migration, migration.up, pin);
  const down = migration.down === null ? null : buildScript(context, migration, migration.down, pin);
  const { module, id, part } = migration;
  const { searchPath } = context.config;
  const { requires } = up.directives;
  const written = readExpectations(context.config, migration);
  const expectations = context.scope === undefined ? written : expectedOfScope(written, context.scope);
  const file = shownPath(context.config, migration.up.path);
  const scope = context.scope?.name ?? sharedScope;
  const source = null;
  return {
    module,
    id,
    part,
    scope,
    source,
    searchPath,
    migration,
    pin,
    up,
    down,
    expectations,
    requires,
    file,
  };
}

export interface RunnableMigration extends BuiltMigration {
  readonly statements: readonly ScriptStatement[];
}

/** Texts that are remembered at once. */
const mostApart = 200;

/**
 * Takes their scripts apart. Throws a MigratorError with every mistake, of the ways back too. `apart`: what was taken apart before, by
 * its text, which is the same for many values of a matrix.
 */
export async function takeApart(
  built: readonly BuiltMigration[],
  apart = new Map<string, readonly ScriptStatement[]>(),
): Promise<readonly RunnableMigration[]> {
  if (built.length === 0) return [];
  await loadParser();
  const mistakes: Diagnostic[] = [];
  const statementsOf = (script: BuiltScript): readonly ScriptStatement[] => {
    const statements = apart.get(script.text) ?? scriptStatements(script);
    if (apart.size >= mostApart) apart.clear();
    apart.set(script.text, statements);
    return statements;
  };
  const runnable = built.flatMap((one): readonly RunnableMigration[] => {
    try {
      const statements = one.adopts === true ? [] : statementsOf(one.up);
      if (one.down !== null) statementsOf(one.down);
      return [{ ...one, statements }];
    } catch (error) {
      if (!(error instanceof MigratorError)) throw error;
      mistakes.push(...error.diagnostics);
      return [];
    }
  });
  if (mistakes.length > 0) throw new MigratorError(mistakes);
  return runnable;
}
