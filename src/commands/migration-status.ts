/** `migration status`: each migration and how it stands. */
import { formatMigrations, migrationsJson } from "../report/migrations.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import { migrationStatuses } from "./migration-project.ts";

export interface MigrationStatusOptions extends CommonOptions {
  readonly exitCode?: boolean;
}

/** Returns 0; with --exit-code 4 where the database and the files do not go together, else 3 where something is pending. */
export async function migrationStatusCommand(
  context: CommandContext,
  options: MigrationStatusOptions,
): Promise<number> {
  const { output } = context;
  const { statuses } = await migrationStatuses(context, options);
  if (output.json)
    output.result(JSON.stringify({ version: 1, migrations: migrationsJson(statuses), errors: [] }));
  else output.say(formatMigrations(statuses, true, output.colors).join("\n"));
  if (options.exitCode !== true) return 0;
  if (statuses.some(({ state }) => state === "altered" || state === "missing")) return 4;
  return statuses.some(({ state }) => state === "pending" || state === "partial") ? 3 : 0;
}
