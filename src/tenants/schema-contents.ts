/** What goes when a schema is dropped, and who outside of it would go along. */
import { quoteLiteral } from "../../graph/quote.ts";
import type { Database } from "../database/database.ts";

export interface SchemaContents {
  /** `table`: 3. What hangs on these (indexes, constraints, triggers) is not counted. */
  readonly objects: readonly { readonly kind: string; readonly count: number }[];
  /** About as many, as the last ANALYZE counted them; null where one of the tables was never counted. */
  readonly rows: number | null;
  readonly bytes: number;
}

/** Null where there is no such schema. In a transaction whose search_path is pg_catalog. */
export async function readSchemaContents(database: Database, schema: string): Promise<SchemaContents | null> {
  const name = quoteLiteral(schema);
  const [objects = [], sizes = []] = await database.batch([
    `select i.type as kind, count(*)::int4 as count
     from pg_depend d, pg_identify_object(d.classid, d.objid, 0) i
     where d.refclassid = 'pg_namespace'::regclass and d.deptype = 'n'
       and d.refobjid = (select oid from pg_namespace where nspname = ${name})
       and i.type not in ('default acl', 'publication namespace')
     group by 1 order by 1`,
    `select case when bool_or(c.reltuples < 0) then null else coalesce(sum(c.reltuples), 0) end::float8 as rows,
       coalesce(sum(pg_total_relation_size(c.oid)), 0)::float8 as bytes
     from pg_namespace n left join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'm')
     where n.nspname = ${name} group by n.oid`,
  ]);
  const [size] = sizes;
  if (size === undefined) return null;
  return {
    objects: objects.map(({ kind, count }) => ({ kind: String(kind), count: Number(count) })),
    rows: size.rows === null ? null : Number(size.rows),
    bytes: Number(size.bytes),
  };
}

/**
 * What stands elsewhere and would go with the schema: all that CASCADE reaches (findDependentObjects in
 * src/backend/catalog/dependency.c: dependents, and the owners of what is internal to them) whose own schema is another one.
 * In a transaction whose search_path is pg_catalog; as pg_describe_object prints them.
 */
export async function readOutsideDependents(database: Database, schema: string): Promise<readonly string[]> {
  const [rows = []] = await database.batch([outsideQuery(quoteLiteral(schema))]);
  return rows.map(({ description }) => String(description));
}

/** The schema of a relation, a type or an operator family, by the column of its catalog row that names it. */
const homes: readonly (readonly [catalog: string, home: string])[] = [
  ["pg_class", "select relnamespace from pg_class where oid = g.objid"],
  ["pg_proc", "select pronamespace from pg_proc where oid = g.objid"],
  ["pg_type", "select typnamespace from pg_type where oid = g.objid"],
  ["pg_constraint", "select connamespace from pg_constraint where oid = g.objid"],
  [
    "pg_attrdef",
    "select c.relnamespace from pg_attrdef a join pg_class c on c.oid = a.adrelid where a.oid = g.objid",
  ],
  [
    "pg_trigger",
    "select c.relnamespace from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.oid = g.objid",
  ],
  [
    "pg_rewrite",
    "select c.relnamespace from pg_rewrite r join pg_class c on c.oid = r.ev_class where r.oid = g.objid",
  ],
  [
    "pg_policy",
    "select c.relnamespace from pg_policy p join pg_class c on c.oid = p.polrelid where p.oid = g.objid",
  ],
  [
    "pg_amop",
    "select f.opfnamespace from pg_amop a join pg_opfamily f on f.oid = a.amopfamily where a.oid = g.objid",
  ],
  [
    "pg_amproc",
    "select f.opfnamespace from pg_amproc a join pg_opfamily f on f.oid = a.amprocfamily where a.oid = g.objid",
  ],
  [
    "pg_cast",
    `select t.typnamespace from pg_cast c join pg_type t on t.oid in (c.castsource, c.casttarget)
     where c.oid = g.objid order by t.typnamespace = g.ns desc limit 1`,
  ],
  [
    "pg_transform",
    "select y.typnamespace from pg_transform t join pg_type y on y.oid = t.trftype where t.oid = g.objid",
  ],
  // They say of the schema, or of a table in it, and nothing else goes with them.
  ["pg_default_acl", "select g.ns"],
  ["pg_publication_rel", "select g.ns"],
];

function outsideQuery(schema: string): string {
  const cases = homes.map(([catalog, home]) => `when '${catalog}'::regclass then (${home})`);
  return `with recursive gone(classid, objid, objsubid) as (
    select 'pg_namespace'::regclass::oid, oid, 0 from pg_namespace where nspname = ${schema}
    union
    select n.* from gone o cross join lateral (
      select d.classid, d.objid, d.objsubid from pg_depend d
      where d.refclassid = o.classid and d.refobjid = o.objid and (o.objsubid = 0 or d.refobjsubid = o.objsubid)
      union all
      select d.refclassid, d.refobjid, d.refobjsubid from pg_depend d
      where d.classid = o.classid and d.objid = o.objid and d.deptype in ('i', 'e')) n),
  g as (select gone.*, (select oid from pg_namespace where nspname = ${schema}) as ns from gone),
  placed as (
    select g.*, case g.classid ${cases.join(" ")}
      else (select to_regnamespace(i.schema) from pg_identify_object(g.classid, g.objid, 0) i) end as home
    from g where g.classid <> 'pg_namespace'::regclass)
  select distinct pg_describe_object(p.classid, p.objid, p.objsubid) collate "C" as description
  from placed p
  where p.home is distinct from p.ns and p.home is distinct from 'pg_toast'::regnamespace
    -- Publications of all tables of a schema (from 15 on) lose it, and nothing else.
    and not exists (select from pg_class k where k.oid = p.classid and k.relname = 'pg_publication_namespace')
    and not (p.objsubid <> 0 and exists (select from gone w
      where w.classid = p.classid and w.objid = p.objid and w.objsubid = 0))
    -- What is internal to another one is told by that one.
    and not exists (select from pg_depend d join gone w on w.classid = d.refclassid and w.objid = d.refobjid
      where d.classid = p.classid and d.objid = p.objid and d.deptype = 'i' and p.objsubid = 0)
  order by 1`;
}
