/** The rights on the relations that a plan touches beside the changed ones, once it is known which they are. */
import type { Lock } from "../../../graph/plan/pass.ts";
import { quoteIdentifier, quoteLiteral, quoteName } from "../../../graph/quote.ts";
import type { Database } from "../database.ts";
import { type Lack, refuseLacks } from "./lack.ts";
import { takeOver } from "./own-objects.ts";
import { grantOn, readRole } from "./role.ts";

/**
 * Changing a relation needs its owner's rights (membership is enough), and binding a view anew CREATE on its schema.
 * `because` says which change needs it, `component` where that stands. Returns the relations that the role may lock: a
 * table on which it may only make triggers is locked by CREATE TRIGGER itself, more weakly; what is locked ahead may be left out.
 */
export async function requireRights(
  database: Database,
  locks: readonly Lock[],
  because: string,
  component: string | null,
): Promise<readonly Lock[]> {
  if (locks.length === 0) return [];
  const wanted = JSON.stringify(locks.map(({ owner, schema, name }, i) => ({ i, owner, schema, name })));
  const [answers] = await database.batch([
    `select pg_catalog.pg_has_role(r.oid, 'USAGE') as held, r.rolsuper as superuser, pg_catalog.has_schema_privilege(n.oid, 'CREATE') as creates,
       pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE') as owner_creates,
       pg_catalog.has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE') as locks
     from pg_catalog.jsonb_to_recordset(${quoteLiteral(wanted)}::pg_catalog.jsonb) as w(i int, owner text, schema text, name text)
     left join pg_catalog.pg_roles r on r.rolname = w.owner left join pg_catalog.pg_namespace n on n.nspname = w.schema
     left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = w.name order by w.i`,
  ]);
  const lacking = locks.filter((_, i) => answers?.[i]?.held !== true || answers[i].creates !== true);
  if (lacking.length === 0) return locks;
  const role = await readRole(database);
  const lacks: Lack[] = [];
  const lockable: Lock[] = [];
  for (const [i, lock] of locks.entries()) {
    const answer = answers?.[i];
    if (lock.ahead === true && (answer?.held !== true || answer.creates !== true)) continue;
    if (lock.kind === "table") {
      // What is done on a table was judged by the object that stands on it.
      if (answer?.held === true || answer?.locks === true) lockable.push(lock);
      continue;
    }
    lockable.push(lock);
    const name = `${lock.kind} ${quoteName(lock.schema, lock.name)}`;
    if (answer?.held !== true) {
      const owner = { name: lock.owner, superuser: answer?.superuser === true };
      lacks.push({
        message: `${name} is owned by ${lock.owner}: role ${role.name} may not change it, as ${because} needs`,
        mend: takeOver(role, owner, `${lock.kind.toUpperCase()} ${quoteName(lock.schema, lock.name)}`),
        component,
        offset: null,
      });
    }
    const joins = answer?.held !== true && answer?.superuser !== true && answer?.owner_creates === true;
    if (answer?.creates !== true && !joins) {
      lacks.push({
        message: `role ${role.name} lacks CREATE on schema ${lock.schema}, where ${name} must be bound anew, as ${because} needs`,
        mend: grantOn("CREATE", `SCHEMA ${quoteIdentifier(lock.schema)}`, role.name),
        component,
        offset: null,
      });
    }
  }
  refuseLacks(lacks);
  return lockable;
}
