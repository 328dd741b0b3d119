/** Migrations with their scripts built and taken apart: ready to be compared with a database and to run. */
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { shownPath } from "../project/scan.ts";
import { loadParser } from "../sql/library.ts";
import { type BuildContext, type BuiltScript, buildScript } from "./build.ts";
import type { Migration } from "./migration.ts";
import { takesDeclarations } from "./one-declaration.ts";
import { orderMigrations, type Requiring } from "./order.ts";
import { type Pin, readPin } from "./pin.ts";
import { type ScriptStatement, scriptStatements } from "./script-statements.ts";

export interface BuiltMigration extends Requiring {
  readonly migration: Migration;
  readonly pin: Pin | null;
  readonly up: BuiltScript;
  readonly down: BuiltScript | null;
}

/**
 * Builds all of them, as they are pinned or, without a pin, from the working tree, and puts them in the order in which they run.
 * Throws a MigratorError with every mistake.
 */
export async function buildMigrations(
  context: BuildContext,
  migrations: readonly Migration[],
): Promise<readonly BuiltMigration[]> {
  if (migrations.some(({ up, down }) => takesDeclarations(up) || takesDeclarations(down))) await loadParser();
  const mistakes: Diagnostic[] = [];
  const built = migrations.flatMap((migration): readonly BuiltMigration[] => {
    try {
      return [buildMigration(context, migration)];
    } catch (error) {
      if (!(error instanceof MigratorError)) throw error;
      mistakes.push(...error.diagnostics);
      return [];
    }
  });
  if (mistakes.length > 0) throw new MigratorError(mistakes);
  return orderMigrations(built);
}

function buildMigration(context: BuildContext, migration: Migration): BuiltMigration {
  const pin = readPin(context.config, migration);
  const up = buildScript(context, migration, migration.up, pin);
  const down = migration.down === null ? null : buildScript(context, migration, migration.down, pin);
  const { module, id } = migration;
  const { requires } = up.directives;
  const file = shownPath(context.config, migration.up.path);
  return { module, id, migration, pin, up, down, requires, file };
}

export interface RunnableMigration extends BuiltMigration {
  readonly statements: readonly ScriptStatement[];
}

/** Takes their scripts apart. Throws a MigratorError with every mistake, of the ways back too. */
export async function takeApart(built: readonly BuiltMigration[]): Promise<readonly RunnableMigration[]> {
  if (built.length === 0) return [];
  await loadParser();
  const mistakes: Diagnostic[] = [];
  const runnable = built.flatMap((one): readonly RunnableMigration[] => {
    try {
      const statements = scriptStatements(one.up);
      if (one.down !== null) scriptStatements(one.down);
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

/** Whether the migration reads what may change under it, and is not pinned. */
export function isOpen({ pin, up, down }: BuiltMigration): boolean {
  return pin === null && (readsMore(up) || (down !== null && readsMore(down)));
}

/** More than its own text. */
function readsMore({ files, variables, generated, environment }: BuiltScript): boolean {
  const some = (record: object) => Object.keys(record).length > 0;
  return files.size > 0 || generated.length > 0 || some(variables) || some(environment);
}
