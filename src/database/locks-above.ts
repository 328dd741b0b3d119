/** Relations that stand on others, from the catalogs alone: to print a view's text would wait for its lock. */
import { identityKey, type RelationIdentity } from "../../graph/identity.ts";
import type { Lock } from "../../graph/plan/pass.ts";
import { quoteLiteral } from "../../graph/quote.ts";
import type { Database, Row } from "./database.ts";

interface AboveRow extends Row {
  readonly kind: "view" | "materialized view";
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  readonly depth: number;
}

/**
 * The locks, and all views and materialized views that read them or `relations`, as far as the role may change them:
 * outermost first, as readers lock them, tables last. It takes no lock itself.
 */
export async function locksAbove(
  database: Database,
  locks: readonly Lock[],
  relations: readonly RelationIdentity[],
): Promise<readonly Lock[]> {
  const tables = locks.filter((lock) => lock.kind === "table");
  const known = locks.filter((lock) => lock.kind !== "table");
  const start = [...known, ...relations].map(({ schema, name }) => ({ schema, name }));
  const [rows] = await database.batch([aboveQuery(quoteLiteral(JSON.stringify(start)))]);
  const above = ((rows ?? []) as readonly AboveRow[]).map((row): Lock & { readonly depth: number } => {
    const { kind, schema, name, owner, depth } = row;
    return { key: identityKey({ kind, schema, name }), kind, schema, name, owner, depth };
  });
  const found = new Set(above.map(({ key }) => key));
  const missing = known.filter(({ key }) => !found.has(key)).map((lock) => ({ ...lock, depth: 0 }));
  return [...above, ...missing]
    .sort((a, b) => b.depth - a.depth || (a.key < b.key ? -1 : 1))
    .map(({ depth: _, ...lock }): Lock => lock)
    .concat(tables);
}

/** Rules can make circles: no way is followed further than the deepest real project is. */
const deepest = 60;

/**
 * A view stands for the rule that holds its query; a row type leads from a relation to the routines over its rows, and
 * these to the views that call them. The depth is the longest way.
 */
const aboveQuery = (start: string) => `
with recursive above (classid, objid, depth) as (
  select 'pg_catalog.pg_class'::pg_catalog.regclass::oid, c.oid, 0
  from pg_catalog.jsonb_to_recordset(${start}::pg_catalog.jsonb) as s(schema text, name text)
  join pg_catalog.pg_namespace n on n.nspname = s.schema
  join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = s.name
  union
  select x.classid, x.objid, a.depth + 1
  from above a
  join pg_catalog.pg_depend d on d.refclassid = a.classid and d.refobjid = a.objid
  left join pg_catalog.pg_rewrite r on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and r.oid = d.objid
  cross join lateral (select
    case when r.oid is null then d.classid else 'pg_catalog.pg_class'::pg_catalog.regclass end as classid,
    coalesce(r.ev_class, d.objid) as objid) x
  where a.depth < ${deepest} and (x.classid, x.objid) <> (a.classid, a.objid)
    and x.classid in ('pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_type'::pg_catalog.regclass)
)
select case c.relkind when 'v' then 'view' else 'materialized view' end as kind, n.nspname::text as schema,
  c.relname::text as name, pg_catalog.pg_get_userbyid(c.relowner)::text as owner, max(a.depth) as depth
from above a
join pg_catalog.pg_class c on a.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = a.objid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('v', 'm') and pg_catalog.pg_has_role(c.relowner, 'USAGE')
  and pg_catalog.has_schema_privilege(n.oid, 'CREATE')
group by c.oid, c.relkind, n.nspname, c.relname, c.relowner`;
