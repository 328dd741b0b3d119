/** What a live page says of migrations that wait: which ones, and the command that a person would run. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Pending } from "../../graph/picture/save.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { namesIn } from "../migrations/migration.ts";
import type { CommonOptions, Project } from "./context.ts";
import { built, compared, migrationsOf } from "./migration-project.ts";

/** Two processes cannot have it open at once. */
const embeddedHint = "end the studio first: it has the embedded database open";

/** What is wrong with the migrations is told as the problem; a lost connection is thrown. */
export async function readPending(
  project: Project,
  options: CommonOptions,
  database: Database,
): Promise<Pending> {
  const command = applyCommandLine(options);
  const hint = project.target.kind === "embedded" ? embeddedHint : null;
  try {
    const opened = migrationsOf(project);
    const { statuses } = await compared(opened, await built(opened), database);
    const waiting = statuses.filter(({ state }) => state === "pending" || state === "partial");
    return { migrations: waiting.map(namesIn(project.config).part), command, hint, problem: null };
  } catch (error) {
    if (!(error instanceof MigratorError || error instanceof DatabaseError)) throw error;
    if (error instanceof DatabaseError && error.connectionLost) throw error;
    return { migrations: [], command, hint, problem: error.message };
  }
}

/** As it is typed in the project's folder. A URL may hold a password, which belongs on no page. */
export function applyCommandLine({ target, config, databaseUrl }: CommonOptions): string {
  return [
    "npx migrator apply",
    ...(config === undefined ? [] : [`--config ${shellWord(config)}`]),
    ...(target === undefined ? [] : [`--target ${shellWord(target)}`]),
    ...(databaseUrl === undefined ? [] : ['--database-url "$DATABASE_URL"']),
  ].join(" ");
}

function shellWord(text: string): string {
  return /^[\w./:@=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
