/** Finds out whether a pooler gives each transaction any server process that is free (PgBouncer's transaction mode). */
import type { Database } from "../database/database.ts";
import type { Check } from "../report/doctor.ts";

const ask = "select pg_catalog.pg_backend_pid() as pid";

/**
 * Two sessions of a server have a process each, and keep it. Through a pooler that takes turns among its processes, the
 * next transaction of one session has another; through one that takes the process used last, a transaction of the
 * second session has the process that was the first one's a moment ago, or the first finds another while that is open.
 */
export async function checkPool(first: Database, second: Database): Promise<Check> {
  if (await isPooled(first, second)) {
    return {
      check: "pooler",
      state: "note",
      message: "a pooler in transaction mode stands before the server",
      fix: "a sync works through it, being one transaction; for anything that needs a session give the server's own port",
    };
  }
  return { check: "pooler", state: "ok", message: "each session has a server process of its own" };
}

async function isPooled(first: Database, second: Database): Promise<boolean> {
  const before = await processOf(first);
  if ((await processOf(first)) !== before) return true;
  const [, held] = await second.batch(["begin", ask]);
  try {
    // Asking the first while its process is held would wait for ever where the pool has but this one.
    return Number(held?.[0]?.pid) === before || (await processOf(first)) !== before;
  } finally {
    await second.batch(["rollback"]);
  }
}

async function processOf(database: Database): Promise<number> {
  const [row] = await database.query<{ pid: number }>(ask);
  return Number(row?.pid);
}
