/** Which scopes have something that stands on objects of others. */
import type { Identity } from "../../graph/identity.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { sharedScope } from "../tenants/scope.ts";
import type { Database } from "./database.ts";
import { columnsOf } from "./identity-columns.ts";
import { catalogPath } from "./search-path.ts";

/** Scopes with an object that is one of these, or that PostgreSQL records as needing one directly. Outside of a transaction. */
export async function readScopesOn(
  database: Database,
  ledgerSchema: string,
  project: string,
  objects: readonly Identity[],
): Promise<readonly string[]> {
  const wanted = quoteLiteral(JSON.stringify(objects.map(columnsOf)));
  const [, , rows] = await database.batch([
    "begin",
    catalogPath,
    `with o as materialized (select * from jsonb_to_recordset(${wanted}::jsonb)
        as o(kind text, schema text, relation text, name text, arguments text[])),
      own(classid, objid) as materialized (
        select 'pg_class'::regclass::oid, c.oid from o join pg_namespace n on n.nspname = o.schema
          join pg_class c on c.relnamespace = n.oid and c.relname = o.name where o.kind in ('view', 'materialized view')
        union all select 'pg_type'::regclass::oid, c.reltype from o join pg_namespace n on n.nspname = o.schema
          join pg_class c on c.relnamespace = n.oid and c.relname = o.name where o.kind in ('view', 'materialized view')
        union all select 'pg_proc'::regclass::oid, p.oid from o join pg_namespace n on n.nspname = o.schema
          join pg_proc p on p.pronamespace = n.oid and p.proname = o.name where o.kind in ('function', 'procedure', 'aggregate')),
      users(classid, objid) as materialized (
        select classid, objid from own
        union select case when r.oid is null then d.classid else 'pg_class'::regclass::oid end, coalesce(r.ev_class, d.objid)
          from own join pg_depend d on d.refclassid = own.classid and d.refobjid = own.objid
          left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid),
      named(schema, name) as (
        select n.nspname::text, c.relname::text from users u join pg_class c on u.classid = 'pg_class'::regclass and c.oid = u.objid
          join pg_namespace n on n.oid = c.relnamespace
        union select n.nspname::text, p.proname::text from users u join pg_proc p on u.classid = 'pg_proc'::regclass and p.oid = u.objid
          join pg_namespace n on n.oid = p.pronamespace)
    select distinct l.scope from named join ${quoteIdentifier(ledgerSchema)}.object l
      on l.schema = named.schema and (l.name = named.name or l.relation = named.name)
    where l.project = ${quoteLiteral(project)} and l.scope <> ${quoteLiteral(sharedScope)}`,
    "rollback",
  ]);
  return (rows ?? []).map(({ scope }) => String(scope));
}
