/** What the fault tests share: waiting for a state of the server, and what is compared before and after a fault. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { Database } from "../../src/database/database.ts";

/** Waits until the query gives a row; fails after ten seconds. */
export async function until(observer: Database, sql: string): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    if ((await observer.query(sql)).length > 0) return;
    await sleep(10);
  }
  throw new Error(`never true: ${sql}`);
}

/** True in a query's WHERE once no other session is connected to the observer's database. */
export const alone = `not exists (select from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend')`;

/** The views, their columns and what the ledger says of them; the history of runs is left out. */
export async function stateOf(observer: Database): Promise<unknown> {
  const [views, columns, ledger] = await observer.batch([
    `select c.oid::int, n.nspname, c.relname, c.relacl::text, pg_get_viewdef(c.oid) as definition
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('v', 'm') and n.nspname not in ('pg_catalog', 'information_schema') order by 2, 3`,
    `select attrelid::int, attname, format_type(atttypid, atttypmod) as type from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relkind in ('v', 'm') and c.relnamespace = 'public'::regnamespace and attnum > 0 order by 1, attnum`,
    "select name, hash, attachments_hash, version from migrator.object order by name",
  ]);
  return { views, columns, ledger };
}

/** The diagnostics that the work is refused with; fails where it is not, or by another error. */
export async function refusalOf(work: Promise<unknown>): Promise<readonly Diagnostic[]> {
  const error = await work.then(
    () => new Error("it was not refused"),
    (thrown: unknown) => thrown,
  );
  if (error instanceof MigratorError) return error.diagnostics;
  throw error;
}
