/** Removes what tests that were killed left on a server, and templates of states long gone. */
import { quoteIdentifier } from "../../graph/quote.ts";
import type { Database } from "../database/database.ts";
import { cloneTime, isTemplateName } from "./names.ts";

const hour = 3_600_000;
/** A copy lives as long as a file of tests. */
const oldestCopy = 6 * hour;
/** A template may be that of a branch which somebody comes back to. */
const oldestTemplate = 14 * 24 * hour;

/** Servers that this process has looked at. */
const looked = new Set<string>();

/** Once in a process; where another one does it at this moment, it is left to that. Databases in use are left alone. */
export async function dropLeftovers(admin: Database, now = Date.now()): Promise<void> {
  if (looked.has(admin.description)) return;
  looked.add(admin.description);
  const [turn] = await admin.query<{ mine: boolean }>(
    "select pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended('migrator-testing: leftovers', 0)) as mine",
  );
  if (turn?.mine !== true) return;
  const found = await admin.query<{ name: string; comment: string | null }>(
    `select d.datname as name, pg_catalog.shobj_description(d.oid, 'pg_database') as comment from pg_catalog.pg_database d
     where d.datname like 'migrator\\_test\\_%' and pg_catalog.pg_has_role(d.datdba, 'usage')
       and not exists (select from pg_catalog.pg_stat_activity a where a.datid = d.oid)`,
  );
  for (const { name, comment } of found) {
    const made = isTemplateName(name) ? Date.parse(comment?.split(" ").at(-1) ?? "") : cloneTime(name);
    const oldest = isTemplateName(name) ? oldestTemplate : oldestCopy;
    if (made !== null && now - made > oldest)
      await admin.query(`drop database if exists ${quoteIdentifier(name)}`);
  }
}
