/**
 * The most frequent `migration apply`: nothing is pending. Where the memory of the migrations vouches for all of them, one
 * question to the ledger tells so, and what builds and runs migrations is not even loaded.
 */
import type { Database } from "../database/database.ts";
import { isLedgerOf } from "../database/migration-digest.ts";
import { recallSettled, type SettledLedger } from "../migrations/settled.ts";
import { type MigrationRunReport, runReport } from "../report/migrations.ts";
import { type CommandContext, type CommonOptions, connect, openProject, type Project } from "./context.ts";
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
  "yes",
  "outOfOrder",
  "ignoreMissing",
  "singleTransaction",
  // What `apply` adds for the components of a live target.
  "data",
  "refresh",
  "take",
  "allow",
  "around",
]);

/** Tells that nothing is pending and returns true; false where that takes a closer look, at mistakes of any kind too. */
export async function tellSettled(
  context: CommandContext,
  options: CommonOptions,
  opened?: Project,
): Promise<boolean> {
  const project = opened ?? (await openProject(context, options));
  const { target } = project;
  const settled = target.kind === "server" ? recalled(options, project) : null;
  if (settled === null) return false;
  const database = await connect(target);
  let report: MigrationRunReport | null;
  try {
    report = await settledReport(project, settled, database);
  } finally {
    await database.close();
  }
  if (report === null) return false;
  tellRun(context.output, report);
  return true;
}

/** The same for a database that is open: the report, or null. */
export async function readSettled(
  options: CommonOptions,
  project: Project,
  database: Database,
): Promise<MigrationRunReport | null> {
  const settled = recalled(options, project);
  return settled === null ? null : settledReport(project, settled, database);
}

function recalled(options: CommonOptions, { config, variables }: Project): SettledLedger | null {
  return Object.keys(options).every((name) => harmless.has(name))
    ? recallSettled(config, variables, version)
    : null;
}

async function settledReport(
  { config: { ledgerSchema, project } }: Project,
  { digest }: SettledLedger,
  database: Database,
): Promise<MigrationRunReport | null> {
  return (await isLedgerOf(database, ledgerSchema, project, digest))
    ? runReport("applied", database, {})
    : null;
}
