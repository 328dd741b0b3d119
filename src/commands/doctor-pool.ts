/** Finds out whether a pooler gives each transaction any server process that is free (PgBouncer's transaction mode). */
import type { Database } from "../database/database.ts";
import type { Check } from "../report/doctor.ts";

const ask = "select pg_catalog.pg_backend_pid() as pid";

/**
 * Two sessions of a server have a process each, and keep it. Through a pooler, a transaction of the second takes a
 * process that was the first one's a moment ago, or the first finds another process while that transaction is open.
 */
export async function checkPool(first: Database, second: Database): Promise<Check> {
  const before = await processOf(first);
  const [, held] = await second.batch(["begin", ask]);
  const other = Number(held?.[0]?.pid);
  // With the process of the first taken, a pooler must give it another one, or reuse the one it had.
  const after = before === other ? null : await processOf(first);
  await second.batch(["rollback"]);
  if (before !== other && before === after) {
    return { check: "pooler", state: "ok", message: "each session has a server process of its own" };
  }
  return {
    check: "pooler",
    state: "note",
    message: "a pooler in transaction mode stands before the server",
    fix: "a sync works through it, being one transaction; for anything that needs a session give the server's own port",
  };
}

async function processOf(database: Database): Promise<number> {
  const [row] = await database.query<{ pid: number }>(ask);
  return Number(row?.pid);
}
