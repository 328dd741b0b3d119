/** What ran already is not written anew: its SQL would no longer be what ran. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { DatabaseError } from "../database/database.ts";
import { readMigrationLedger, readRecordedParts } from "../database/migration-ledger.ts";
import { type Migration, namesIn } from "../migrations/migration.ts";
import { shownPath } from "../project/scan.ts";
import { type CommandContext, connect, isMissing, type Project } from "./context.ts";

/**
 * Asks the target's ledger, all scopes. Throws a MigratorError (`migration-state`) where it has the migration; where it cannot be asked, that is
 * returned as a warning.
 */
export async function requireNotApplied(
  context: CommandContext,
  project: Project,
  migration: Migration,
): Promise<readonly string[]> {
  if (isMissing(project.target)) return [];
  const name = namesIn(project.config).migration(migration);
  const asked = await recordedAt(project, migration);
  if ("problem" in asked) {
    const warning = `whether ${name} is applied already could not be asked: ${asked.problem}`;
    context.output.note(warning);
    return [warning];
  }
  if (!asked.recorded) return [];
  throw new MigratorError([
    {
      code: "migration-state",
      message: `migration ${name} is applied (${asked.database}): written anew, it would no longer be what ran there`,
      file: shownPath(project.config, migration.folder),
      fix: `write another one: migrator migration new NAME --changed; or undo it first: migrator migration revert ${name}; or add --ignore-applied`,
    },
  ]);
}

type Asked = { readonly recorded: boolean; readonly database: string } | { readonly problem: string };

async function recordedAt({ config, target }: Project, migration: Migration): Promise<Asked> {
  const { ledgerSchema, project } = config;
  try {
    const database = await connect(target);
    try {
      const { there } = await readMigrationLedger(database, ledgerSchema, project);
      const parts = there ? await readRecordedParts(database, ledgerSchema, project, [migration]) : [];
      return { recorded: parts.length > 0, database: database.description };
    } finally {
      await database.close();
    }
  } catch (error) {
    if (error instanceof MigratorError || error instanceof DatabaseError) return { problem: error.message };
    throw error;
  }
}
