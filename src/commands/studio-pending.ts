/** What a live page says of migrations that wait: which ones, and the command that a person would run. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Pending } from "../../graph/picture/save.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { type Migration, namesIn } from "../migrations/migration.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { readScopeRecords } from "../tenants/scope-records.ts";
import type { CommonOptions, Project } from "./context.ts";
import { built, compared, migrationsOf } from "./migration-project.ts";

/** Two processes cannot have it open at once. */
const embeddedHint = "end the studio first: it has the embedded database open";

/** `values` of matrices, as the watch knows them. What is wrong with the migrations is told as the problem; a lost connection is thrown. */
export async function readPending(
  project: Project,
  options: CommonOptions,
  database: Database,
  values: readonly MatrixScope[],
): Promise<Pending> {
  const command = applyCommandLine(options);
  const hint = project.target.kind === "embedded" ? embeddedHint : null;
  try {
    const opened = migrationsOf(project);
    const { statuses } = await compared(opened, await built(opened), database);
    const waiting = statuses.filter(({ state }) => state === "pending" || state === "partial");
    const behind = await readBehind(project, opened.all, database, values);
    return { migrations: waiting.map(namesIn(project.config).part), behind, command, hint, problem: null };
  } catch (error) {
    if (!(error instanceof MigratorError || error instanceof DatabaseError)) throw error;
    if (error instanceof DatabaseError && error.connectionLost) throw error;
    return { migrations: [], behind: [], command, hint, problem: error.message };
  }
}

/** Whether somebody is to run the command. */
export function isWaiting({ migrations, behind }: Pending): boolean {
  return migrations.length + behind.length > 0;
}

/** Of the values that are known; those with a database of their own are not asked. */
async function readBehind(
  { config }: Project,
  all: readonly Migration[],
  database: Database,
  values: readonly MatrixScope[],
): Promise<Pending["behind"]> {
  const behind: { matrix: string; values: number }[] = [];
  for (const matrix of new Set(values.map((value) => value.matrix))) {
    const parts = all.filter((one) => one.matrix === matrix);
    if (parts.length === 0) continue;
    const records = await readScopeRecords(database, config, matrix, parts);
    const here = values.filter((value) => value.matrix === matrix && value.url === null);
    const lacking = here.filter(({ name }) => (records.get(name)?.ran ?? 0) < parts.length).length;
    if (lacking > 0) behind.push({ matrix, values: lacking });
  }
  return behind;
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
