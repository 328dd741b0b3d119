/**
 * The most frequent `migration apply`: nothing is pending. Where the memory of the migrations vouches for all of them, one
 * question to the ledger tells so, and what builds and runs migrations is not even loaded.
 */
import type { Database } from "../database/database.ts";
import { isLedgerOf } from "../database/migration-digest.ts";
import { namesIn } from "../migrations/migration.ts";
import { isSettled, type Recalled, recallSettled, type SettledLedger } from "../migrations/settled.ts";
import { type MigrationRunReport, runReport } from "../report/migrations.ts";
import {
  beginConnecting,
  type CommandContext,
  type CommonOptions,
  type Connecting,
  openProject,
  type Project,
} from "./context.ts";
import { tellRun } from "./tell-run.ts";
import { version } from "./version.ts";

/** The options that change nothing where nothing is pending. */
const harmless: ReadonlySet<string> = new Set([
  "databaseUrl",
  "target",
  "config",
  "var",
  "vars",
  "json",
  "color",
  "quiet",
  "report",
  "yes",
  "outOfOrder",
  "ignoreMissing",
  "singleTransaction",
  "carryUnmanaged",
  // What `apply` adds for the components of a live target.
  "data",
  "refresh",
  "take",
  "allow",
  "around",
]);

/** What is open already for whoever does the work. */
export interface Begun {
  readonly project: Project;
  /** Null where nobody connects yet. */
  readonly connecting: Connecting | null;
}

/** Tells that nothing is pending and returns null; else what was opened for a closer look, at mistakes of any kind too. */
export async function tellSettled(
  context: CommandContext,
  options: CommonOptions,
  opened?: Project,
): Promise<Begun | null> {
  const project = opened ?? (await openProject(context, options));
  const { target } = project;
  if (target.kind !== "server" || !isSettled(project.config) || !isHarmless(options))
    return { project, connecting: null };
  const connecting = beginConnecting(target);
  await connecting.begun;
  const settled = recallMemory(options, project);
  if (settled === null) return { project, connecting };
  // The ledger is asked while the files are looked at.
  const asked = connecting.database.then((database) => settledReport(project, settled.ledger, database));
  // A failure is told below.
  asked.catch(() => {});
  const untouched = await settled.isUntouched();
  const database = await connecting.database;
  let report: MigrationRunReport | null = null;
  try {
    report = await asked;
  } catch (error) {
    await database.close();
    throw error;
  }
  if (report === null || !untouched) return { project, connecting };
  await database.close();
  await tellRun(context.output, report, "apply");
  return null;
}

/** The same for a database that is open: the report, or null. */
export async function readSettled(
  options: CommonOptions,
  project: Project,
  database: Database,
): Promise<MigrationRunReport | null> {
  const settled = await recallMigrations(options, project);
  return settled === null ? null : settledReport(project, settled, database);
}

/** Whether they change nothing where no migration is pending. */
export function isHarmless(options: CommonOptions): boolean {
  return Object.keys(options).every((name) => harmless.has(name));
}

/** What the ledger must say, where the files vouch for it. */
export async function recallMigrations(
  options: CommonOptions,
  project: Project,
): Promise<SettledLedger | null> {
  const recalled = recallMemory(options, project);
  return recalled !== null && (await recalled.isUntouched()) ? recalled.ledger : null;
}

/** What the values of matrices lack is not remembered: they come from elsewhere. */
function recallMemory(options: CommonOptions, { config, variables }: Project): Recalled | null {
  if (Object.keys(config.matrices).length > 0 || !isHarmless(options)) return null;
  return recallSettled(config, variables, version);
}

async function settledReport(
  { config }: Project,
  settled: SettledLedger,
  database: Database,
): Promise<MigrationRunReport | null> {
  const { ledgerSchema, project } = config;
  return (await isLedgerOf(database, ledgerSchema, project, settled))
    ? runReport("applied", database, namesIn(config), {})
    : null;
}
