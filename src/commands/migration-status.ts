/** `migration status`: each migration and how it stands. */
import { namesIn } from "../migrations/migration.ts";
import { formatMigrations, migrationsJson } from "../report/migrations.ts";
import { formatSummaries } from "../report/scopes.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import { migrationStatuses } from "./migration-project.ts";
import { isBehind } from "./scope-summary.ts";

export interface MigrationStatusOptions extends CommonOptions {
  readonly exitCode?: boolean;
}

/** Returns 0; with --exit-code 4 where the database and the files do not go together, else 3 where something is pending. */
export async function migrationStatusCommand(
  context: CommandContext,
  options: MigrationStatusOptions,
): Promise<number> {
  const { output } = context;
  const { statuses, scopes, project } = await migrationStatuses(context, options);
  const names = namesIn(project.config);
  if (output.json) {
    const also = scopes.length === 0 ? {} : { scopes };
    output.result(JSON.stringify({ version: 1, migrations: migrationsJson(statuses), ...also, errors: [] }));
  } else {
    const lines = [
      ...formatMigrations(statuses, names, true, output.style, output.elapsed()),
      ...formatSummaries(scopes, output.style),
    ];
    output.say(lines.join("\n"));
  }
  if (output.reporter !== null) {
    const { migrationsMarkdown } = await import("../report/summaries.ts");
    output.reporter.summarize((limit) => migrationsMarkdown(statuses, names, limit));
  }
  if (options.exitCode !== true) return 0;
  if (statuses.some(({ state }) => ["altered", "missing", "undoing"].includes(state))) return 4;
  const pending = statuses.some(({ state }) => state === "pending" || state === "partial");
  return pending || scopes.some(isBehind) ? 3 : 0;
}
