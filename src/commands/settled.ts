/**
 * The most frequent `migration apply`: nothing is pending. Where the memory of the migrations vouches for all of them, one
 * question to the ledger tells so, and what builds and runs migrations is not even loaded.
 */
import { isLedgerOf } from "../database/migration-digest.ts";
import { recallSettled } from "../migrations/settled.ts";
import { formatRun, runJson } from "../report/migrations.ts";
import { type CommandContext, type CommonOptions, connect, openProject, type Project } from "./context.ts";
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
  // What `apply` adds, for the components of a live target.
  "data",
]);

/** Tells that nothing is pending and returns true; false where that takes a closer look, at mistakes of any kind too. */
export async function tellSettled(
  context: CommandContext,
  options: CommonOptions,
  opened?: Project,
): Promise<boolean> {
  if (!Object.keys(options).every((name) => harmless.has(name))) return false;
  const { config, target, variables } = opened ?? (await openProject(context, options));
  if (target.kind !== "server") return false;
  const ledger = recallSettled(config, variables, version);
  if (ledger === null) return false;
  const database = await connect(target);
  try {
    if (!(await isLedgerOf(database, config.ledgerSchema, config.project, ledger.digest))) return false;
  } finally {
    await database.close();
  }
  const { output } = context;
  const report = {
    what: "applied",
    rehearsal: false,
    database: database.description,
    migrations: [],
    skipped: [],
    warnings: [],
  } as const;
  if (output.json) output.result(JSON.stringify(runJson(report)));
  else output.say(formatRun(report, output.colors));
  return true;
}
