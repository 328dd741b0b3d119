/** Who needs whom among what is exported, from pg_depend. */
import type { Asking } from "../database/database.ts";
import { rowId } from "./export-node.ts";

interface Dependency {
  /** Ids of rows of catalogs. */
  readonly from: string;
  readonly to: string;
  /** pg_depend.deptype. */
  readonly type: string;
}

export interface Dependencies {
  readonly all: readonly Dependency[];
  /** The row that a row is a part of: an index of its constraint, a row type of its table; itself where it is none. */
  readonly whole: (id: string) => string;
  /** The tables of indexes, by the ids of both. */
  readonly tableOfIndex: ReadonlyMap<string, string>;
}

const wholes = `select 'pg_class' as catalog, c.oid::int8 as oid, coalesce(
      case when c.relkind in ('i', 'I') and t.relkind = 'm' then 'pg_class:' || t.oid end,
      case when c.relkind in ('i', 'I') then 'pg_constraint:' || k.oid end,
      case when c.relkind = 'S' then 'pg_class:' || d.refobjid end,
      case when c.relkind = 'c' then 'pg_type:' || c.reltype end) as whole,
    'pg_class:' || t.oid as index_of
  from pg_class c left join pg_index i on i.indexrelid = c.oid left join pg_class t on t.oid = i.indrelid
  left join pg_constraint k on k.conindid = c.oid and k.contype in ('p', 'u', 'x') and k.conrelid = i.indrelid
  left join pg_depend d on c.relkind = 'S' and d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype = 'i'
  where c.oid >= 16384
  union all
  select 'pg_type', t.oid::int8, coalesce(
      case when t.typrelid <> 0 and c.relkind <> 'c' then 'pg_class:' || t.typrelid end,
      'pg_type:' || e.oid, 'pg_type:' || r.rngtypid), null
  from pg_type t left join pg_class c on c.oid = t.typrelid left join pg_type e on e.typarray = t.oid left join pg_range r on r.rngmultitypid = t.oid
  where t.oid >= 16384
  union all
  select 'pg_constraint', oid::int8, 'pg_type:' || contypid, null from pg_constraint where contypid <> 0 and oid >= 16384
  union all
  select 'pg_rewrite', oid::int8, 'pg_class:' || ev_class, null from pg_rewrite where rulename = '_RETURN' and oid >= 16384
  union all
  select 'pg_amop', a.oid::int8, coalesce('pg_opclass:' || d.refobjid, 'pg_opfamily:' || a.amopfamily), null from pg_amop a
  left join pg_depend d on d.classid = 'pg_amop'::regclass and d.objid = a.oid and d.refclassid = 'pg_opclass'::regclass where a.oid >= 16384
  union all
  select 'pg_amproc', a.oid::int8, coalesce('pg_opclass:' || d.refobjid, 'pg_opfamily:' || a.amprocfamily), null from pg_amproc a
  left join pg_depend d on d.classid = 'pg_amproc'::regclass and d.objid = a.oid and d.refclassid = 'pg_opclass'::regclass where a.oid >= 16384`;

const depends = `select d.classid::regclass::text as catalog, d.objid::int8 as oid, d.refclassid::regclass::text as ref_catalog, d.refobjid::int8 as ref_oid,
    d.deptype::text as type
  from pg_depend d where d.objid >= 16384 and d.refobjid >= 16384
  order by 1, 2, 3, 4, 5`;

/** In the caller's transaction, with pg_catalog alone on the search path. */
export async function readDependencies(database: Asking): Promise<Dependencies> {
  const [rows = [], edges = []] = await database.batch([wholes, depends]);
  const up = new Map<string, string>();
  const tableOfIndex = new Map<string, string>();
  for (const row of rows) {
    const id = rowId(String(row.catalog), Number(row.oid));
    if (typeof row.whole === "string") up.set(id, row.whole);
    if (typeof row.index_of === "string") tableOfIndex.set(id, row.index_of);
  }
  const all = edges.map(
    (row): Dependency => ({
      from: rowId(String(row.catalog), Number(row.oid)),
      to: rowId(String(row.ref_catalog), Number(row.ref_oid)),
      type: String(row.type),
    }),
  );
  const members = new Map(all.flatMap(({ from, to, type }) => (type === "e" ? [[from, to] as const] : [])));
  const whole = (id: string): string => {
    let at = id;
    for (let next = members.get(at) ?? up.get(at); next !== undefined; next = members.get(at) ?? up.get(at))
      at = next;
    return at;
  };
  return { all, whole, tableOfIndex };
}
