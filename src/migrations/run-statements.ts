/** Runs statements that may not share a transaction, and remembers in the ledger how far it came. */
import { DatabaseError } from "../database/database.ts";
import { endTurn, holdTurn, withLockRetries } from "../database/lock.ts";
import { catalogPath, componentsPath, sessionComponentsPath } from "../database/search-path.ts";
import { leftByInterruption } from "./interrupted.ts";
import {
  freshSession,
  type RunSettings,
  type RunStatement,
  refusedStatement,
  timeouts,
} from "./run-script.ts";

export interface StatementsRun {
  readonly statements: readonly RunStatement[];
  /** Asked before anything runs, once it is this run's turn. */
  readonly first?: readonly string[];
  /** Told to the ledger behind it, and kept whatever fails afterwards. */
  readonly renewed?: readonly string[];
  /** How many of them are done. */
  readonly from: number;
  readonly searchPath: readonly string[];
  readonly resolve: (sql: string) => string;
  /** The statement that tells the ledger so. */
  readonly progress: (done: number) => string;
  /** Run with the last progress. */
  readonly afterwards: readonly string[];
}

/** active_sql_transaction: the statement runs outside of a transaction alone. */
const outsideAlone = "25001";

/**
 * A statement that PostgreSQL takes inside a transaction runs in one with its mark in the ledger. Another one runs alone,
 * and is marked afterwards: what an interruption in between leaves is looked at before it runs again.
 */
export async function resume(settings: RunSettings, run: StatementsRun): Promise<void> {
  const { database, ledgerSchema } = settings;
  await holdTurn(database, ledgerSchema, settings.onWait, settings.scope);
  try {
    const { first, renewed } = run;
    if (first !== undefined || renewed !== undefined) {
      const end = renewed === undefined ? ["rollback"] : [catalogPath, ...renewed, "commit"];
      await database.batch(["begin", ...(first ?? []), ...end]);
    }
    for (const [index, statement] of run.statements.entries()) {
      if (index < run.from) continue;
      await runOne(settings, run, statement, index);
    }
    if (run.statements.length === run.from)
      await database.batch(["begin", catalogPath, run.progress(run.from), ...run.afterwards, "commit"]);
  } finally {
    await release(settings);
  }
}

async function runOne(
  settings: RunSettings,
  run: StatementsRun,
  statement: RunStatement,
  index: number,
): Promise<void> {
  const { database } = settings;
  const last = index + 1 === run.statements.length;
  const mark = [...freshSession, catalogPath, run.progress(index + 1), ...(last ? run.afterwards : [])];
  const sql = run.resolve(statement.sql);
  const opening = ["begin", ...freshSession, ...timeouts(settings), componentsPath(run.searchPath)];
  try {
    await withLockRetries(database, settings, async () => {
      await database.batch([...opening, sql, ...mark, "commit"]);
    });
    return;
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.statement !== opening.length) throw error;
    if (error.sqlstate !== outsideAlone) throw refusedStatement(error, statement, database, sql);
  }
  const path = sessionComponentsPath(run.searchPath);
  const { lockTimeout, statementTimeout } = settings;
  await database.batch([
    ...freshSession,
    path,
    // A build beside the application waits for its readers as long as it takes.
    `set lock_timeout = ${Math.max(lockTimeout, 60_000)}`,
    ...(statementTimeout === null ? [] : [`set statement_timeout = ${statementTimeout}`]),
  ]);
  try {
    const left = index === run.from ? await leftByInterruption(database, sql) : { kind: "nothing" as const };
    if (left.kind === "half") await database.batch([left.remove]);
    if (left.kind !== "done") await database.batch([sql]);
  } catch (error) {
    if (error instanceof DatabaseError && !error.connectionLost)
      throw refusedStatement(error, statement, database, sql);
    throw error;
  } finally {
    await database.batch(["reset all"]).catch((error: unknown) => {
      if (!(error instanceof DatabaseError && error.connectionLost)) throw error;
    });
  }
  await database.batch(["begin", ...mark, "commit"]);
}

async function release({ database, ledgerSchema, scope }: RunSettings): Promise<void> {
  try {
    await endTurn(database, ledgerSchema, scope);
  } catch (error) {
    // The session is gone, and its turn with it.
    if (!(error instanceof DatabaseError && error.connectionLost)) throw error;
  }
}
