/** Records migrations as applied and runs nothing. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { readStoredMigration } from "../database/migration-ledger.ts";
import { type ApplySettings, afterStatements, ledgerOf } from "./apply-migrations.ts";
import type { RunnableMigration } from "./prepare.ts";
import { requireSameBeginning } from "./resumed-script.ts";
import { type MigrationRun, recordAdopted } from "./run-migration.ts";
import { scriptStatements } from "./script-statements.ts";

export interface Adopted {
  readonly runnable: RunnableMigration;
  /** Statements of its way back that ran. */
  readonly undone: number;
}

/**
 * One that is partly undone stays so with its corrected down script, which begins with what ran; an empty one says that it is
 * undone by hand. Throws a MigratorError.
 */
export async function adoptMigrations(settings: ApplySettings, adopted: readonly Adopted[]): Promise<void> {
  const { ledgerSchema, author, tool, resolve } = settings;
  const prepare = ledgerOf(ledgerSchema);
  const kept = new Set<RunnableMigration>();
  for (const one of adopted) if (await goesOnUndoing(settings, one)) kept.add(one.runnable);
  const runs = adopted.map(({ runnable }): MigrationRun => ({ runnable, done: -1, author, tool, resolve }));
  await recordAdopted(settings, runs, kept, prepare, (runnable, first) =>
    afterStatements(settings, runnable, first),
  );
}

/** `loadParser` must have been awaited. */
async function goesOnUndoing(
  { database, ledgerSchema, project, mode, names }: ApplySettings,
  { runnable, undone }: Adopted,
): Promise<boolean> {
  const { down } = runnable;
  if (undone === 0 || down === null) return false;
  const statements = scriptStatements(down);
  if (statements.length === 0) return false;
  const stored = (await readStoredMigration(database, ledgerSchema, project, runnable))?.down;
  if (stored === null || stored === undefined) return false;
  if (down.directives.transaction) {
    throw new MigratorError([
      {
        code: "migration-state",
        message: `the down script of ${names.part(runnable)} stopped behind statement ${undone} when it ran statement by statement, and has no "-- migrator: no-transaction" any more`,
        ...down.locate(0),
        fix: "begin it with that line again; or leave it empty, if the migration is undone by hand",
      },
    ]);
  }
  requireSameBeginning({
    name: names.part(runnable),
    stored,
    done: undone,
    statements,
    locate: down.locate,
    mode,
  });
  return true;
}
