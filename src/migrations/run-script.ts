/** Runs a script of a migration in one transaction, its place in the ledger with it. */
import type { MigratorError } from "../../graph/diagnostic.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import type { Step } from "../../graph/step.ts";
import { withheld } from "../../graph/withheld.ts";
import type { CostKind } from "../config/config.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import type { TargetMode } from "../database/ledger.ts";
import { isLockFailure, takeTurn, turnStatement, withLockRetries } from "../database/lock.ts";
import { catalogPath, componentsPath } from "../database/search-path.ts";
import type { SourcePosition } from "../template/renderer.ts";
import type { Names } from "./migration.ts";
import { StatementOfMigrationRefused } from "./refused.ts";

export interface RunSettings {
  readonly database: Database;
  readonly mode: TargetMode;
  readonly ledgerSchema: string;
  readonly project: string;
  /** Whose turn a run takes: that of a value of a matrix leaves those of other values theirs. Absent: the whole database's. */
  readonly scope?: string;
  /** The schema of the value that it runs for: it must be there when a script ends. */
  readonly ownSchema?: string | null;
  readonly searchPath: readonly string[];
  readonly names: Names;
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly lockRetries: number;
  /** Milliseconds; null: as the server says. */
  readonly statementTimeout: number | null;
  /** What hangs on objects of a block, and it does not know of, is taken along. */
  readonly carrying?: Carrying | undefined;
  readonly onWait: (message: string) => void;
}

export interface Carrying {
  /** What may be run up for it. */
  readonly allow: ReadonlySet<CostKind>;
  /** By the id of the migration: what was done beside its block, and what is to be known of that. Filled on the way. */
  readonly carried: Map<string, { readonly steps: readonly Step[]; readonly warnings: readonly string[] }>;
}

export interface RunStatement {
  /** Secrets stand in it as psql variables. */
  readonly sql: string;
  /** Where it stands in its source; null for one that is stored in the database. */
  readonly place: ((offset: number) => SourcePosition) | null;
  /** What to do where the statement itself is at fault; left out: correct it. */
  readonly fix?: string;
}

/** A script, and what the ledger is told of it. */
export interface ScriptPart {
  readonly statements: readonly RunStatement[];
  /** What the ledger is told before the first statement, and after the last. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly searchPath: readonly string[];
  /** Replaces the placeholders of secrets. */
  readonly resolve: (sql: string) => string;
  /** Asked in the transaction before its statements; throws where they must not run. Returns what is to run behind them. */
  readonly check?: () => Promise<readonly string[]>;
  /** Runs some of the statements in its own way. */
  readonly carry?: CarriedPart;
}

export interface CarriedPart {
  /** Of the part's statements: the first that it runs, and the first behind them. */
  readonly from: number;
  readonly to: number;
  /** In the transaction, behind the statements before; the search_path may be another one afterwards. */
  readonly run: (rehearsal: boolean) => Promise<void>;
}

/** What one script set must not reach the next. */
export const freshSession = ["reset session authorization", "reset role", "reset all"] as const;

/**
 * Runs scripts one after the other in one transaction; a rehearsal is rolled back. Throws a MigratorError, or a DatabaseError for
 * what is not a script's fault; nothing has changed then.
 */
export async function runInTransaction(
  settings: RunSettings,
  parts: readonly ScriptPart[],
  rehearsal: boolean,
): Promise<void> {
  const { database } = settings;
  await withLockRetries(database, settings, async () => {
    await takeTurn(database, settings.ledgerSchema, settings.onWait, settings.scope);
    let sent: readonly SentStatement[] = [];
    for (const part of parts) sent = await runPart(settings, part, sent, rehearsal);
    await send(database, [...sent, { sql: rehearsal ? "rollback" : "commit", own: null }]);
  });
}

/** Runs a script within a transaction that is open; where it fails, that is taken back. Throws as `runInTransaction` does. */
export async function rehearsePart(settings: RunSettings, part: ScriptPart): Promise<void> {
  const { database } = settings;
  const own = "migrator_part";
  await database.batch([`savepoint ${own}`]);
  try {
    await send(database, await runPart(settings, part, [], true));
    await database.batch([`release savepoint ${own}`]);
  } catch (error) {
    if (!(error instanceof DatabaseError && (error.connectionLost || isLockFailure(error))))
      await database.batch([`rollback to savepoint ${own}`]);
    throw error;
  }
}

/** Sends what must be answered before the rest can go; returns the rest, behind `waiting` where nothing was sent. */
async function runPart(
  settings: RunSettings,
  part: ScriptPart,
  waiting: readonly SentStatement[],
  rehearsal: boolean,
): Promise<readonly SentStatement[]> {
  const { database } = settings;
  let before = waiting;
  let behind: readonly string[] = [];
  if (part.check !== undefined) {
    if (before.length > 0) await send(database, before);
    before = [];
    behind = await part.check();
  }
  const all = sentOf(settings, { ...part, after: [...behind, ...part.after] });
  const { carry } = part;
  if (carry === undefined) return [...before, ...all];
  const first = all.findIndex(({ own }) => own !== null);
  await send(database, [...before, ...all.slice(0, first + carry.from)]);
  const [row] = await database.query("select pg_catalog.current_setting('search_path') as path");
  await carry.run(rehearsal);
  const path = `select pg_catalog.set_config('search_path', ${quoteLiteral(String(row?.path))}, true)`;
  return [{ sql: path, own: null }, ...all.slice(first + carry.to)];
}

async function send(database: Database, sent: readonly SentStatement[]): Promise<void> {
  try {
    await database.batch(sent.map(({ sql }) => sql));
  } catch (error) {
    throw blame(error, sent, database);
  }
}

/** What is sent, and the script's statement where it is one. */
export interface SentStatement {
  readonly sql: string;
  readonly own: RunStatement | null;
}

/** A script between what the ledger is told before and after, inside of a transaction; `takesTurn`: it waits for its turn first. */
export function sentOf(settings: RunSettings, part: ScriptPart, takesTurn = false): readonly SentStatement[] {
  const told = (statements: readonly string[]) =>
    statements.map((sql): SentStatement => ({ sql, own: null }));
  const { ownSchema = null } = settings;
  const owned = ownSchema === null ? [] : [schemaStatement(ownSchema)];
  return [
    ...told([
      ...freshSession,
      turnStatement(takesTurn ? settings.ledgerSchema : null, timeoutsOf(settings), settings.scope),
      ...part.before,
      componentsPath(part.searchPath),
    ]),
    ...part.statements.map((own): SentStatement => ({ sql: part.resolve(own.sql), own })),
    // The ledger is written as whoever the tool is, not as the role that the script took.
    ...told([...freshSession, catalogPath, ...owned, ...part.after]),
  ];
}

/** Fails where there is no such schema: names without one would have meant those of the next schema of the search path. */
export function schemaStatement(schema: string): string {
  return `select ${quoteLiteral(quoteIdentifier(schema))}::pg_catalog.regnamespace`;
}

export function timeouts(settings: RunSettings): readonly string[] {
  return timeoutsOf(settings).map(([name, milliseconds]) => `set local ${name} = ${milliseconds}`);
}

function timeoutsOf({ lockTimeout, statementTimeout }: RunSettings) {
  const statement = statementTimeout === null ? [] : [["statement_timeout", statementTimeout] as const];
  return [["lock_timeout", lockTimeout] as const, ...statement];
}

/** An error of one of the scripts' statements gets its place; one that asks for another try stays as it is. */
export function blame(error: unknown, sent: readonly SentStatement[], database: Database): unknown {
  if (!(error instanceof DatabaseError) || error.connectionLost || isLockFailure(error)) return error;
  const failed = sent[error.statement];
  if (failed === undefined || failed.own === null) return error;
  return refusedStatement(error, failed.own, database, failed.sql);
}

/** What PostgreSQL says of a statement of a migration, at its place in the source. `sent`: with the values of secrets. */
export function refusedStatement(
  said: Pick<DatabaseError, "message" | "sqlstate" | "detail" | "where" | "hint" | "offset">,
  { sql, place, fix }: RunStatement,
  database: Database,
  sent: string,
): MigratorError {
  const { message, sqlstate, detail: details, where, hint, offset } = said;
  const told = { message, sqlstate, detail: details, where, hint, offset };
  const error = sent === sql ? told : withheld(told);
  const detail = [error.detail, error.where, place === null ? `statement: ${sql}` : undefined]
    .filter((text) => text !== undefined)
    .join("\n");
  return new StatementOfMigrationRefused(
    [
      {
        code: "statement-refused",
        message: error.message,
        ...(place === null ? {} : place(error.offset ?? 0)),
        ...(detail === "" ? {} : { detail }),
        fix: fixOf(error, database, fix),
      },
    ],
    error.sqlstate,
  );
}

function fixOf(
  { sqlstate, hint }: Pick<DatabaseError, "sqlstate" | "hint">,
  database: Database,
  otherwise = "correct the statement; nothing of this migration was applied",
): string {
  switch (sqlstate) {
    case "25001":
      return 'begin the script with "-- migrator: no-transaction": its statements then run one by one';
    case "2BP01":
    case "0A000":
      return (
        hint ??
        "what hangs on it must be detached first: migrator migration new NAME --around 'ALTER TABLE …' writes that"
      );
    case "57014":
      return "raise --statement-timeout, or make the statement do less at once";
    case "42501":
      return `give the role the right, or run as another one (${database.description})`;
    default:
      return hint ?? otherwise;
  }
}
