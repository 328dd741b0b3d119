/** What migrations made of the schema that every database begins with. */
import { aclStatements } from "../../graph/acl.ts";
import type { Grant } from "../../graph/live.ts";
import { quoteIdentifier } from "../../graph/quote.ts";
import type { Asking } from "../database/database.ts";
import { grantsJson } from "../migrations/inverse/owned.ts";

/** What initdb left is told by pg_init_privs; its first owner is a role of PostgreSQL's own. */
const query = `select pg_get_userbyid(n.nspowner) as owner, n.nspowner < 16384 as first, ${grantsJson("coalesce(n.nspacl, acldefault('n', n.nspowner))")} as wanted,
    ${grantsJson("coalesce(i.initprivs, acldefault('n', n.nspowner))")} as present
  from pg_namespace n left join pg_init_privs i on i.classoid = 'pg_namespace'::regclass and i.objoid = n.oid
  where n.nspname = 'public'`;

/** Empty where it is as it was. In the caller's transaction. */
export async function publicSchema(database: Asking): Promise<readonly string[]> {
  const [[row] = []] = await database.batch([query]);
  if (row === undefined) return ["DROP SCHEMA IF EXISTS public"];
  const owner = String(row.owner);
  return [
    ...(row.first === true ? [] : [`ALTER SCHEMA public OWNER TO ${quoteIdentifier(owner)}`]),
    ...aclStatements(
      { on: "SCHEMA public", column: null, owner },
      (row.wanted ?? []) as readonly Grant[],
      (row.present ?? []) as readonly Grant[],
    ),
  ];
}
