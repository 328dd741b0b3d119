/** What PostgreSQL refused to use in the middle of a plan, as its message names it, and the grant that mends it. */
import type { Problem } from "../../../graph/step.ts";
import type { Database } from "../database.ts";
import type { Lack } from "./lack.ts";
import { grantOn, type Role } from "./role.ts";

/** aclcheck_error in src/backend/catalog/aclchk.c; a server that speaks another language is not understood. */
const denied = /permission denied for (function|type|schema) (.+)$/;

/**
 * A lack for each of the problems, or none where one of them names nothing, or more than one thing that the role lacks the
 * right on: PostgreSQL leaves out arguments, and mostly the schema.
 */
export async function deniedLacks(
  database: Database,
  role: Role,
  problems: readonly Problem[],
): Promise<readonly Lack[]> {
  const lacks: Lack[] = [];
  for (const { message, component, offset } of problems) {
    const [, kind = "", name = ""] = denied.exec(message) ?? [];
    const mend = kind === "" ? null : await mendOf(database, role, kind, name);
    if (mend === null) return [];
    lacks.push({ message, mend, component, offset });
  }
  return lacks;
}

async function mendOf(database: Database, role: Role, kind: string, name: string): Promise<string | null> {
  const rows = await database.query<{ on: string }>(queries[kind] ?? "", [name]);
  const [only] = rows;
  return only === undefined || rows.length > 1
    ? null
    : grantOn(kind === "function" ? "EXECUTE" : "USAGE", only.on, role.name);
}

/** `$1`: the name as the message says it. PostgreSQL writes the parts of a function's name without quotes. */
const queries: Readonly<Record<string, string>> = {
  schema: `select 'SCHEMA ' || pg_catalog.quote_ident(n.nspname) as on from pg_catalog.pg_namespace n
    where n.nspname = $1::text and not pg_catalog.has_schema_privilege(n.oid, 'USAGE')`,
  function: `select pg_catalog.format('FUNCTION %I.%I(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) as on
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where $1::text in (p.proname, n.nspname || '.' || p.proname) and not pg_catalog.has_function_privilege(p.oid, 'EXECUTE')`,
  type: `select pg_catalog.format('TYPE %I.%I', n.nspname, t.typname) as on
    from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
    where $1::text in (pg_catalog.quote_ident(t.typname), pg_catalog.format('%I.%I', n.nspname, t.typname)) and t.typtype <> 'b'
      and not pg_catalog.has_type_privilege(t.oid, 'USAGE')`,
};
