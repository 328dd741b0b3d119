/** Rights that a plan needs, asked before anything runs. */

import type { DeclaredObject } from "../../graph/declared.ts";
import { describeIdentity, isChild, isRelation } from "../../graph/identity.ts";
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

/**
 * What can be known of a role's rights before planning: CREATE on the schemas of new objects, the owner's rights over
 * relations that exist, and for OWNER TO the new owner's CREATE. A superuser needs to be asked nothing.
 */
export async function requireRightsFor(
  database: Database,
  objects: readonly DeclaredObject[],
): Promise<void> {
  const [role] = await database.batch([
    "select current_user as name, rolsuper as super from pg_catalog.pg_roles where rolname = current_user",
  ]);
  if (objects.length === 0 || role?.[0]?.super === true) return;
  const name = String(role?.[0]?.name);
  const wanted = objects.map((object) => {
    const { identity } = object;
    const relation = isChild(identity) ? identity.relation : isRelation(identity) ? identity.name : null;
    return `(${quoteLiteral(identity.schema)}, ${relation === null ? "null" : quoteLiteral(relation)})`;
  });
  const [rows] = await database.batch([
    `select n.oid is null or pg_catalog.has_schema_privilege(n.oid, 'CREATE') as creates,
       pg_catalog.pg_get_userbyid(c.relowner) as owner, c.oid is null or pg_catalog.pg_has_role(c.relowner, 'USAGE') as owns
     from (select schema, relation, pg_catalog.row_number() over () as i from (values ${wanted.join(", ")}) as v(schema, relation)) as w
     left join pg_catalog.pg_namespace n on n.nspname = w.schema
     left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = w.relation order by w.i`,
  ]);
  const missing: Problem[] = [];
  for (const [i, object] of objects.entries()) {
    const row = rows?.[i];
    if (row === undefined) continue;
    const what = describeIdentity(object.identity);
    if (row.owns !== true)
      missing.push(
        problem(
          object,
          object.offset,
          `${what} is owned by ${row.owner}: role ${name} may not change it`,
          `grant ${row.owner} to ${name}, or run as a role that has the right`,
        ),
      );
    else if (row.creates !== true && !isChild(object.identity)) {
      const { schema } = object.identity;
      missing.push(
        problem(
          object,
          object.offset,
          `role ${name} lacks CREATE on schema ${schema}, where ${what} is to be made`,
          `grant create on schema ${schema} to ${name}`,
        ),
      );
    }
  }
  missing.push(...(await ownerProblems(database, objects)));
  if (missing.length > 0) throw new PlanError(missing);
}

async function ownerProblems(
  database: Database,
  objects: readonly DeclaredObject[],
): Promise<readonly Problem[]> {
  const changes = objects.flatMap((object) =>
    object.attachments.flatMap((attachment) => {
      const owner = attachment.kind === "owner" ? /\sOWNER TO (.+)$/is.exec(attachment.sql)?.[1] : undefined;
      return owner === undefined ? [] : [{ object, attachment, owner }];
    }),
  );
  const problems: Problem[] = [];
  for (const { object, attachment, owner } of changes) {
    const { schema } = object.identity;
    const [rows] = await database.batch([
      `select pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE') as creates, pg_catalog.pg_has_role(r.oid, 'MEMBER') as member
       from pg_catalog.pg_roles r, pg_catalog.pg_namespace n
       where pg_catalog.quote_ident(r.rolname) = ${quoteLiteral(owner.trim())} and n.nspname = ${quoteLiteral(schema)}`,
    ]);
    const row = rows?.[0];
    if (row === undefined) continue;
    const what = describeIdentity(object.identity);
    if (row.member !== true) {
      problems.push(
        problem(
          object,
          attachment.offset,
          `${what} cannot be given to ${owner}: this role is not a member of it`,
          `grant ${owner} to the role that runs the tool`,
        ),
      );
    } else if (row.creates !== true) {
      problems.push(
        problem(
          object,
          attachment.offset,
          `${what} cannot be given to ${owner}: that role lacks CREATE on schema ${schema}`,
          `grant create on schema ${schema} to ${owner}`,
        ),
      );
    }
  }
  return problems;
}

function problem(object: DeclaredObject, offset: number, message: string, fix: string): Problem {
  return { code: "missing-right", message, component: object.component, offset, fix };
}
