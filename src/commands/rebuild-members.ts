/** What stands in a schema, and what outside of it needs that. */
import { type Identity, identityFromColumns, type ObjectKind } from "../../graph/identity.ts";
import type { Database } from "../database/database.ts";
import { catalogPath } from "../database/search-path.ts";

export interface CatalogEntry {
  /** pg_describe_object. */
  readonly description: string;
  /** Null for what components cannot declare. */
  readonly identity: Identity | null;
  /** Relation kind as pg_class has it; empty for all else. */
  readonly relkind: string;
  readonly catalog: string;
  readonly extension: string | null;
}

export interface SchemaContents {
  /** What is directly in the schema. */
  readonly members: readonly CatalogEntry[];
  /** What is elsewhere and could not be without something in the schema. */
  readonly outside: readonly CatalogEntry[];
}

/** Turns (classid, objid) pairs named `w` into rows. A view stands for its rule _RETURN. */
const describe = (from: string) => `select coalesce(json_agg(distinct e.entry::jsonb), '[]') as entries from (
  select json_build_object('catalog', w.classid::regclass::text, 'description', pg_describe_object(
      case when r.rulename = '_RETURN' then 'pg_class'::regclass else w.classid end, coalesce(case when r.rulename = '_RETURN' then r.ev_class end, w.objid), 0),
    'relkind', coalesce(c.relkind::text, ''),
    'kind', case when c.relkind = 'v' then 'view' when c.relkind = 'm' then 'materialized view'
      when p.prokind = 'p' then 'procedure' when p.prokind = 'a' then 'aggregate' when p.oid is not null then 'function'
      when t.oid is not null then 'trigger' when r.oid is not null then 'rule' when y.oid is not null then 'policy' end,
    'schema', coalesce(cn.nspname, pn.nspname, on_schema.nspname), 'relation', coalesce(on_relation.relname, ''),
    'name', coalesce(c.relname, p.proname, t.tgname, r.rulename, y.polname),
    'arguments', (select coalesce(json_agg(format_type(a, null) order by i), '[]') from unnest(p.proargtypes::oid[]) with ordinality as u(a, i)),
    'extension', (select e.extname from pg_depend x join pg_extension e on e.oid = x.refobjid where x.classid = w.classid
      and x.objid = w.objid and x.deptype = 'e' and x.refclassid = 'pg_extension'::regclass)) as entry
  from ${from} w
  left join pg_rewrite r on w.classid = 'pg_rewrite'::regclass and r.oid = w.objid
  left join pg_class c on c.oid = case when r.rulename = '_RETURN' then r.ev_class when w.classid = 'pg_class'::regclass then w.objid end
  left join pg_namespace cn on cn.oid = c.relnamespace
  left join pg_proc p on w.classid = 'pg_proc'::regclass and p.oid = w.objid
  left join pg_namespace pn on pn.oid = p.pronamespace
  left join pg_trigger t on w.classid = 'pg_trigger'::regclass and t.oid = w.objid
  left join pg_policy y on w.classid = 'pg_policy'::regclass and y.oid = w.objid
  left join pg_class on_relation on on_relation.oid = coalesce(t.tgrelid, y.polrelid, case when r.rulename <> '_RETURN' then r.ev_class end)
  left join pg_namespace on_schema on on_schema.oid = on_relation.relnamespace) e`;

/** `inside` has all that goes with the schema; what depends on it in the normal way and is not in it is outside. */
const inside = (schema: number) => `with recursive members as (
    select d.classid, d.objid from pg_depend d where d.refclassid = 'pg_namespace'::regclass and d.refobjid = ${schema}
      and d.classid <> 'pg_default_acl'::regclass),
  inside as (select classid, objid from members union
    select d.classid, d.objid from inside i join pg_depend d on d.refclassid = i.classid and d.refobjid = i.objid and d.deptype in ('i', 'a')),
  outside as (select distinct d.classid, d.objid from inside i join pg_depend d on d.refclassid = i.classid and d.refobjid = i.objid
    where d.deptype not in ('i', 'a') and not exists (select from inside o where o.classid = d.classid and o.objid = d.objid))`;

export async function readSchemaContents(database: Database, schema: number): Promise<SchemaContents> {
  const [, members, outside] = await database.batch([
    catalogPath,
    `${inside(schema)} ${describe("members")}`,
    `${inside(schema)} ${describe("outside")}`,
  ]);
  return { members: entriesOf(members?.[0]?.entries), outside: entriesOf(outside?.[0]?.entries) };
}

interface EntryRow {
  readonly catalog: string;
  readonly description: string;
  readonly relkind: string;
  readonly kind: ObjectKind | null;
  readonly schema: string;
  readonly relation: string;
  readonly name: string;
  readonly arguments: readonly string[];
  readonly extension: string | null;
}

function entriesOf(rows: unknown): readonly CatalogEntry[] {
  return ((rows ?? []) as readonly EntryRow[]).map((row) => ({
    description: row.description,
    identity: row.kind === null ? null : identityFromColumns({ ...row, kind: row.kind }),
    relkind: row.relkind,
    catalog: row.catalog,
    extension: row.extension,
  }));
}
