/** Replays migrations into a shadow, so that it is as a migrated target is. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { quoteIdentifier } from "../../graph/quote.ts";
import type { Config } from "../config/config.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { makingRoles } from "../database/making-roles.ts";
import { readRecorded } from "../database/migration-ledger.ts";
import type { Telling } from "../live/working.ts";
import { sha256 } from "../project/text-file.ts";
import { withSecrets } from "../sql/psql-variables.ts";
import { sharedScope } from "../tenants/scope.ts";
import { type ApplySettings, applyMigrations } from "./apply-migrations.ts";
import type { BuiltMigration } from "./built-migration.ts";
import { namesIn, partKey } from "./migration.ts";
import { type RunnableMigration, takeApart } from "./prepare.ts";
import { StatementOfMigrationRefused } from "./refused.ts";
import { type RunStatement, refusedStatement } from "./run-script.ts";
import { openShadow, type Shadow, type ShadowSource } from "./shadow.ts";

/** Raised when what a shadow holds changes for the same migrations. */
const format = 1;

/** For each beginning of the list, from none at all: what names the state behind it. */
function stateKeys(config: Config, migrations: readonly BuiltMigration[]): readonly string[] {
  const keys = [sha256(JSON.stringify([format, config.searchPath, config.ledgerSchema, config.project]))];
  for (const { module, id, scope, up, pin } of migrations) {
    const whose = scope === sharedScope ? [] : [scope];
    const pinned = pin === null ? [] : [[...pin.files], [...pin.removed]];
    keys.push(sha256(JSON.stringify([keys.at(-1), module, id, up.checksum, pinned, ...whose])));
  }
  return keys;
}

/** A shadow that may have been remembered in a state beyond its migrations. */
export interface Replayed extends Shadow {
  readonly isBeyond: boolean;
  /** Remembers it as it is now in that state. */
  readonly rememberBeyond: () => Promise<void>;
}

/**
 * A shadow with these migrations applied; `beyond` names what its caller does with it then, so that this too can be remembered. What secrets stand for is not asked: each is the text `secret`. Roles that the
 * migrations name and do not make are made. Throws a MigratorError where one fails.
 */
export async function replay(
  config: Config,
  source: ShadowSource,
  migrations: readonly BuiltMigration[],
  tell: Telling,
  beyond = "",
): Promise<Replayed> {
  const keys = stateKeys(config, migrations);
  const beyondKey = sha256(JSON.stringify([keys.at(-1), beyond]));
  tell.working({ stage: "opening the shadow" });
  const shadow = await openShadow(source, beyond === "" ? keys : [...keys, beyondKey]);
  try {
    const rest = await takeApart(migrations.slice(Math.max(0, shadow.state)));
    for (const [done, one] of rest.entries()) {
      tell.working({
        stage: "replaying migrations into the shadow",
        done,
        all: rest.length,
        item: namesIn(config).migration(one),
      });
      await makeSchema(shadow.database, one, rest.slice(done));
      await applyToShadow(config, shadow.database, one, (message) => tell.note(message));
    }
    tell.working({ stage: "working in the shadow" });
    const key = keys.at(-1);
    if (rest.length > 0 && key !== undefined) await shadow.remember(key);
    return {
      ...shadow,
      isBeyond: shadow.state === keys.length,
      rememberBeyond: () => shadow.remember(beyondKey),
    };
  } catch (error) {
    await shadow.close();
    throw error;
  }
}

/** The schema of a value's first part, unless a script makes it: it is made when a value is added. */
export async function makeSchema(
  database: Database,
  { scope, searchPath: [schema] }: RunnableMigration,
  later: readonly RunnableMigration[],
): Promise<void> {
  if (scope === sharedScope || schema === undefined) return;
  const own = later.filter((one) => one.scope === scope);
  if (own.some(({ statements }) => statements.some(({ node }) => "CreateSchemaStmt" in node))) return;
  await database.query(`create schema if not exists ${quoteIdentifier(schema)}`);
}

/** undefined_object: a role, for example. */
const undefinedObject = "42704";

/** Applies one to a shadow; roles that it names and that are not there are made: returns these. */
export async function applyToShadow(
  config: Config,
  database: Database,
  runnable: RunnableMigration,
  onNote: (message: string) => void,
  more: Partial<ApplySettings> = {},
): Promise<ReadonlySet<string>> {
  try {
    const settings = { ...shadowSettings(config, database, runnable), ...more };
    const way = { together: false, rehearsal: false };
    const apply = async () =>
      applyMigrations(settings, [{ runnable, done: await stepsDone(settings, runnable) }], way);
    return (await makingRoles(apply, missingRole, (role) => makeRole(database, onNote, role))).made;
  } catch (error) {
    throw inShadow(error);
  }
}

/** Statements that ran before one met a role that was not there; -1 where nothing did. */
async function stepsDone(
  { database, ledgerSchema, project }: ApplySettings,
  runnable: RunnableMigration,
): Promise<number> {
  if (runnable.up.directives.transaction) return -1;
  const { recorded } = await readRecorded(database, ledgerSchema, project, runnable.scope);
  return recorded.find((one) => partKey(one) === partKey(runnable))?.done ?? -1;
}

/** Runs one statement of a script in a shadow; a role that it names and that is not there is made. Throws a MigratorError. */
export async function runMakingRoles(
  database: Database,
  onNote: (message: string) => void,
  statement: RunStatement,
): Promise<void> {
  const run = async (): Promise<void> => {
    try {
      await database.batch([statement.sql]);
    } catch (error) {
      throw error instanceof DatabaseError
        ? refusedStatement(error, statement, database, statement.sql)
        : error;
    }
  };
  await makingRoles(run, missingRole, (role) => makeRole(database, onNote, role));
}

/** As a role of a shadow. */
export async function makeRole(
  database: Database,
  onNote: (message: string) => void,
  role: string,
): Promise<void> {
  onNote(`the shadow has no role ${role}: one is made there`);
  await database.query(`create role ${quoteIdentifier(role)}`);
}

function missingRole(error: unknown): string | null {
  if (!(error instanceof StatementOfMigrationRefused) || error.sqlstate !== undefinedObject) return null;
  return /^role "(.*)" does not exist$/s.exec(error.message)?.[1] ?? null;
}

function inShadow(error: unknown): unknown {
  if (!(error instanceof MigratorError)) return error;
  const [first, ...rest] = error.diagnostics;
  if (first === undefined) return error;
  const missing = /extension "|access method "|could not open extension/.test(first.message);
  return new MigratorError([
    {
      ...first,
      message: `while the migrations were replayed into the shadow: ${first.message}`,
      ...(missing
        ? { fix: 'the embedded shadow lacks it: write "shadow": "server", or add --shadow URL' }
        : {}),
    },
    ...rest,
  ]);
}

interface NamingSecrets {
  readonly up: { readonly secrets: object };
  readonly down: { readonly secrets: object } | null;
}

/** Puts a text in the place of each secret: what they stand for is not asked. */
export function shadowSecrets({ up, down }: NamingSecrets): (sql: string) => string {
  const names = [...Object.keys(up.secrets), ...Object.keys(down?.secrets ?? {})];
  const secrets = new Map(names.map((name) => [name, "secret"]));
  return (sql) => withSecrets(sql, secrets);
}

export function shadowSettings(
  config: Config,
  database: Database,
  scripts: Pick<RunnableMigration, "scope" | "searchPath"> & NamingSecrets,
): ApplySettings {
  return {
    database,
    mode: "migrated",
    ledgerSchema: config.ledgerSchema,
    project: config.project,
    searchPath: scripts.searchPath,
    names: namesIn(config),
    ...(scripts.scope === sharedScope ? {} : { scope: scripts.scope }),
    lockTimeout: 60_000,
    lockRetries: 0,
    statementTimeout: null,
    onWait: () => {},
    command: "shadow",
    author: "",
    tool: "",
    resolve: shadowSecrets(scripts),
    reconnected: null,
    onApplied: () => {},
  };
}
