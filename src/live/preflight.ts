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
  if (objects < 1000) return;
  const [rows] = await database.batch([
    `select pg_catalog.current_setting('max_locks_per_transaction')::int as per,
       pg_catalog.current_setting('max_connections')::int + pg_catalog.current_setting('max_prepared_transactions')::int as sessions`,
  ]);
  const per = Number(rows?.[0]?.per);
  const sessions = Number(rows?.[0]?.sessions);
  const needed = Math.ceil(objects * locksPerObject);
  if (needed <= per * sessions) return;
  throw new MigratorError([
    {
      code: "setting-too-small",
      message: `this plan locks about ${needed} objects in one transaction; the server's lock table holds ${per * sessions}`,
      detail: `max_locks_per_transaction = ${per}, sessions = ${sessions}`,
      fix: `set max_locks_per_transaction to at least ${Math.ceil((needed / sessions) * 1.25)} and restart the server`,
    },
  ]);
}
