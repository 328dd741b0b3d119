/** A project's migrations, built and compared with the database, for the commands that work on them. */
import { hostname, userInfo } from "node:os";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import type { SecretSource } from "../config/secret-source.ts";
import { resolveSecrets } from "../config/secret-value.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { type MigrationLedger, readMigrationLedger } from "../database/migration-ledger.ts";
import type { ApplySettings } from "../migrations/apply-migrations.ts";
import type { BuildContext } from "../migrations/build-context.ts";
import { type BuildMemory, openBuildMemory } from "../migrations/build-memory.ts";
import type { BuiltMigration } from "../migrations/built-migration.ts";
import { compareMigrations, type MigrationStatus } from "../migrations/compare.ts";
import { type Migration, namesIn } from "../migrations/migration.ts";
import { buildMigrations } from "../migrations/prepare.ts";
import { readMigrations } from "../migrations/read-migrations.ts";
import { isSettled } from "../migrations/settled.ts";
import { openWorkingTree, type WorkingTree } from "../project/working-tree.ts";
import type { ScopeSummary } from "../report/scopes.ts";
import { loadParser } from "../sql/library.ts";
import { withSecrets } from "../sql/psql-variables.ts";
import { allowedCosts } from "./allowed-costs.ts";
import {
  beginConnecting,
  type CommandContext,
  type CommonOptions,
  isMissing,
  openProject,
  type Project,
  reconnectedTo,
  throwMistakes,
} from "./context.ts";
import type { Begun } from "./settled.ts";
import { tellingErrors } from "./telling-errors.ts";
import { version } from "./version.ts";

export interface MigrationProject {
  readonly project: Project;
  /** The parts that run once. */
  readonly migrations: readonly Migration[];
  /** With those of matrices. */
  readonly all: readonly Migration[];
  readonly context: BuildContext;
  readonly memory: BuildMemory;
}

/** Reads which migrations there are. Throws a MigratorError with every mistake of their folders. */
export async function openMigrations(
  context: CommandContext,
  options: CommonOptions,
): Promise<MigrationProject> {
  const project = await openProject(context, options);
  return migrationsOf(project);
}

export function migrationsOf(project: Project): MigrationProject {
  const { config, variables, env } = project;
  const read = readMigrations(config);
  throwMistakes(read.mistakes);
  const { migrations, all } = read;
  let tree: WorkingTree | undefined;
  const open = (): WorkingTree => {
    tree ??= openWorkingTree(config, new Map());
    return tree;
  };
  const memory = openBuildMemory(config, variables, read, version);
  return { project, migrations, all, context: { config, migrations, tree: open, variables, env }, memory };
}

export interface MigrationsAtTarget extends MigrationProject {
  readonly database: Database;
  readonly ledger: MigrationLedger;
  readonly statuses: readonly MigrationStatus[];
}

/** Reads and builds the migrations while the connection is made, and runs `work` with what the ledger says of them. */
export async function withMigrations<T>(
  context: CommandContext,
  options: CommonOptions,
  work: (opened: MigrationsAtTarget) => Promise<T>,
  begun: Partial<Begun> & { readonly applies?: boolean } = {},
): Promise<T> {
  return tellingErrors(context, async () => {
    const project = begun.project ?? (await openProject(context, options));
    const connecting = begun.connecting ?? beginConnecting(project.target);
    // Asked as soon as there is a connection: the server answers while the scripts are built.
    const reading = connecting.database.then((database) => ledgerAt(project, database));
    reading.catch(() => {});
    try {
      await connecting.begun;
      // Where anything changed there is something to run.
      if (begun.applies === true && !isSettled(project.config)) await loadParser();
      context.output.working({ stage: "reading the migrations" });
      const opened = migrationsOf(project);
      const scripts = await buildMigrations(opened.context, opened.migrations, opened.memory);
      const database = await connecting.database;
      const at = atTarget(opened, scripts, database, await reading);
      // What applies them does so when the server has something to do.
      const waits = begun.applies === true && at.statuses.some(({ state }) => state === "pending");
      if (!waits) opened.memory.save();
      const done = await work(at);
      if (waits) opened.memory.save();
      return done;
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      const { describeError } = await import("../live/describe-error.ts");
      throw new MigratorError([describeError(error)]);
    } finally {
      // Whatever went wrong, the connection is not left open.
      await connecting.database.then(
        (database) => database.close(),
        () => {},
      );
    }
  });
}

export async function built({
  context,
  migrations,
  memory,
}: MigrationProject): Promise<readonly BuiltMigration[]> {
  const scripts = await buildMigrations(context, migrations, memory);
  memory.save();
  return scripts;
}

export async function compared(
  opened: MigrationProject,
  scripts: readonly BuiltMigration[],
  database: Database,
): Promise<MigrationsAtTarget> {
  return atTarget(opened, scripts, database, await ledgerAt(opened.project, database));
}

function ledgerAt({ config }: Project, database: Database): Promise<MigrationLedger> {
  return readMigrationLedger(database, config.ledgerSchema, config.project);
}

function atTarget(
  opened: MigrationProject,
  scripts: readonly BuiltMigration[],
  database: Database,
  ledger: MigrationLedger,
): MigrationsAtTarget {
  return { ...opened, database, ledger, statuses: compareMigrations(scripts, ledger.recorded) };
}

/** The same where the database may not be there yet: an embedded one is not made for a question. */
export async function migrationStatuses(
  context: CommandContext,
  options: CommonOptions,
): Promise<
  MigrationProject & {
    readonly statuses: readonly MigrationStatus[];
    readonly scopes: readonly ScopeSummary[];
    readonly database: string | null;
  }
> {
  const opened = await openMigrations(context, options);
  if (!isMissing(opened.project.target)) {
    const { readScopeSummaries } = await import("./scope-summary.ts");
    return withMigrations(context, options, async (at) => ({
      ...at,
      scopes: await readScopeSummaries(context, at.project, at.all, at.database),
      database: at.database.description,
    }));
  }
  return tellingErrors(context, async () => {
    return { ...opened, statuses: compareMigrations(await built(opened), []), scopes: [], database: null };
  });
}

export interface RunOptions extends CommonOptions {
  readonly statementTimeout?: string;
  readonly lockTimeout?: string;
  readonly carryUnmanaged?: boolean;
  /** What may be run up for what is carried. */
  readonly allow?: readonly string[];
  /** A rehearsal prints what works as plain SQL. */
  readonly sql?: boolean;
}

/** How these scripts run against this project's target. Their secrets are asked for, and hidden from now on in all that is printed. */
export async function applySettings(
  context: CommandContext,
  { project, database }: Pick<MigrationsAtTarget, "project" | "database">,
  options: RunOptions,
  command: string,
  scripts: readonly NamingSecrets[],
  onApplied: ApplySettings["onApplied"] = () => {},
): Promise<ApplySettings> {
  const { output, env } = context;
  const { config, target } = project;
  const allow = allowedCosts(project, options.allow);
  const secrets = await secretsOf(context, config, scripts);
  return {
    database,
    ledgerSchema: config.ledgerSchema,
    project: config.project,
    searchPath: config.searchPath,
    names: namesIn(config),
    lockTimeout: milliseconds(options.lockTimeout, "--lock-timeout") ?? config.lockTimeout,
    lockRetries: config.lockRetries,
    statementTimeout: milliseconds(options.statementTimeout, "--statement-timeout"),
    onWait: (message) => output.note(message),
    mode: target.kind === "server" ? target.components : "live",
    command,
    author: authorOf(env),
    tool: version,
    resolve: (sql) => withSecrets(sql, secrets),
    reconnected: reconnectedTo(target).reconnected ?? null,
    onApplied,
    onRehearsed: options.sql === true ? (sql) => output.result(`${sql}\n`) : undefined,
    ...(options.carryUnmanaged === true ? { carrying: { allow, carried: new Map() } } : {}),
  };
}

export function ledgerOf({
  database,
  project: { config },
}: Pick<MigrationsAtTarget, "database" | "project">) {
  const { ledgerSchema, project } = config;
  return { database, ledgerSchema, project, names: namesIn(config) };
}

interface NamingSecrets {
  readonly secrets: Readonly<Record<string, SecretSource>>;
}

async function secretsOf(
  { env, mask }: CommandContext,
  { root }: Config,
  scripts: readonly NamingSecrets[],
): Promise<ReadonlyMap<string, string>> {
  const sources = new Map(scripts.flatMap(({ secrets }) => Object.entries(secrets)));
  const values = await resolveSecrets(sources, { root, env });
  mask.hide(values.values());
  return values;
}

/** Who applies: in a CI system the person who started the job, else the user of this machine. */
function authorOf(env: CommandContext["env"]): string {
  const named = env.MIGRATOR_AUTHOR || env.GITHUB_ACTOR || env.GITLAB_USER_LOGIN;
  return named || `${userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that no user has.
    return String(process.getuid?.() ?? "unknown");
  }
}

/** `500`, `500ms`, `30s` or `5min`. */
function milliseconds(text: string | undefined, option: string): number | null {
  if (text === undefined) return null;
  const [, digits, unit] = /^(\d{1,9})(ms|s|min)?$/.exec(text) ?? [];
  if (digits !== undefined) return Number(digits) * (unit === "min" ? 60_000 : unit === "s" ? 1000 : 1);
  throw new MigratorError(
    [
      {
        code: "usage",
        message: `${option} ${text} is no time`,
        fix: "write milliseconds, or a number with ms, s or min",
      },
    ],
    2,
  );
}
