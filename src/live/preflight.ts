/** What can be known to fail is said before anything runs. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Database } from "../database/database.ts";

/** A new view locks itself, its row type's catalog entries and its sources; measured: one lock for each new object. */
const locksPerObject = 1.05;

/**
 * A transaction that makes many objects holds a lock on each until its end, in a table whose size is fixed when the
 * server starts: max_locks_per_transaction * (max_connections + max_prepared_transactions).
 */
export async function requireSettings(database: Database, objects: number): Promise<void> {
  if (objects < 100) return;
  const { per, sessions } = await readSettings(database);
  const needed = Math.ceil(objects * locksPerObject);
  if (needed <= capacity(per, sessions)) return;
  throw settingTooSmall(needed, per, sessions);
}

/** The server keeps a tenth in reserve, and about 100 kB for all its tables: some 300 locks more (measured). */
function capacity(per: number, sessions: number): number {
  return Math.floor(per * sessions * 1.1) + 300;
}

/** The same where only the server could know: a plan grew over what it holds, and was rolled back. */
export async function explainFullLockTable(database: Database, steps: number): Promise<MigratorError> {
  const { per, sessions } = await readSettings(database);
  const others = await locksOfOthers(database);
  if (others > capacity(per, sessions) / 2) return filledByOthers(others, per, sessions);
  return settingTooSmall(Math.max(steps * 2, Math.ceil(per * sessions * 1.5)), per, sessions);
}

async function readSettings(
  database: Database,
): Promise<{ readonly per: number; readonly sessions: number }> {
  const [rows] = await database.batch([
    `select pg_catalog.current_setting('max_locks_per_transaction')::int as per,
       pg_catalog.current_setting('max_connections')::int + pg_catalog.current_setting('max_prepared_transactions')::int as sessions`,
  ]);
  return { per: Number(rows?.[0]?.per), sessions: Number(rows?.[0]?.sessions) };
}

async function locksOfOthers(database: Database): Promise<number> {
  const [rows] = await database.batch([
    "select count(*)::int as others from pg_catalog.pg_locks where pid is distinct from pg_catalog.pg_backend_pid()",
  ]);
  return Number(rows?.[0]?.others);
}

function filledByOthers(others: number, per: number, sessions: number): MigratorError {
  return new MigratorError([
    {
      code: "setting-too-small",
      message: `the server's lock table is full: other sessions hold ${others} locks, and it holds about ${capacity(per, sessions)}`,
      detail: `max_locks_per_transaction = ${per}, sessions = ${sessions}`,
      fix: "run the command again when they have ended, or raise max_locks_per_transaction and restart the server",
    },
  ]);
}

function settingTooSmall(needed: number, per: number, sessions: number): MigratorError {
  return new MigratorError([
    {
      code: "setting-too-small",
      message: `this plan locks about ${needed} objects in one transaction; the server's lock table holds about ${capacity(per, sessions)}`,
      detail: `max_locks_per_transaction = ${per}, sessions = ${sessions}`,
      fix: `set max_locks_per_transaction to at least ${Math.ceil((needed / sessions) * 1.25)} and restart the server`,
    },
  ]);
}
