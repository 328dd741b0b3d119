/** Rights that a plan needs, asked before anything runs. */

import type { Lock } from "../../graph/plan/pass.ts";
import { quoteLiteral, quoteName } from "../../graph/quote.ts";
import { PlanError, type Problem } from "../../graph/step.ts";
import type { Database } from "./database.ts";

/**
 * Changing a relation needs its owner's rights (membership is enough), and binding a view anew CREATE on its schema.
 * `because` says which change needs it, `component` where that stands.
 */
export async function requireRights(
  database: Database,
  locks: readonly Lock[],
  because: string,
  component: string | null,
): Promise<void> {
  if (locks.length === 0) return;
  const rows = locks.map((lock) => `(${[lock.owner, lock.schema].map(quoteLiteral).join(", ")})`).join(", ");
  const [answers] = await database.batch([
    `select current_user as role, pg_catalog.pg_has_role(w.owner::pg_catalog.name, 'USAGE') as owned,
       pg_catalog.has_schema_privilege(w.schema, 'CREATE') as creates
     from pg_catalog.unnest(array[${locks.map((_, i) => i).join(", ")}]) with ordinality as o(i, n)
     join (select owner, schema, pg_catalog.row_number() over () as n from (values ${rows}) as v(owner, schema)) as w using (n) order by n`,
  ]);
  const missing: Problem[] = [];
  for (const [i, lock] of locks.entries()) {
    const answer = answers?.[i];
    if (answer === undefined) continue;
    const name = `${lock.kind} ${quoteName(lock.schema, lock.name)}`;
    if (answer.owned !== true) {
      missing.push({
        code: "missing-right",
        message: `${name} is owned by ${lock.owner}: role ${answer.role} may not change it, as ${because} needs`,
        component,
        offset: null,
        fix: `grant ${lock.owner} to ${answer.role}, or run as a role that has the right`,
      });
    } else if (answer.creates !== true && lock.kind !== "table") {
      missing.push({
        code: "missing-right",
        message: `role ${answer.role} lacks CREATE on schema ${lock.schema}, where ${name} must be bound anew, as ${because} needs`,
        component,
        offset: null,
        fix: `grant create on schema ${lock.schema} to ${answer.role}, or run as a role that has the right`,
      });
    }
  }
  if (missing.length > 0) throw new PlanError(missing);
}
