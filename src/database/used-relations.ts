/** Of many relations, those that are worth a closer look: migrations make tables by the hundred, and few of them are used. */
import type { Asking, Row } from "./database.ts";
import type { ReshapedRelation } from "./reshaped.ts";
import { catalogPath } from "./search-path.ts";

export interface UsedRelations {
  /** Oids of those that views, routines, triggers, rules or policies may need, themselves or by their row type. */
  readonly users: ReadonlySet<number>;
  /** Oids of those whose name a relation of another schema has too. */
  readonly namesakes: ReadonlySet<number>;
}

/** May name some that nothing needs, never leaves one out: what needs them is asked one by one (`dependentsQuery`). */
export async function usedRelations(
  database: Asking,
  relations: readonly Pick<ReshapedRelation, "oid">[],
): Promise<UsedRelations> {
  if (relations.length === 0) return { users: new Set(), namesakes: new Set() };
  const [, rows] = await database.batch([catalogPath, query(relations.map(({ oid }) => oid))]);
  const oids = (wanted: (row: Row) => boolean) =>
    new Set((rows ?? []).filter(wanted).map((row) => Number(row.oid)));
  return { users: oids(({ used }) => used === true), namesakes: oids(({ shared }) => shared === true) };
}

function query(oids: readonly number[]): string {
  return `with c as materialized (select c.oid, c.relname, c.relnamespace, c.reltype, y.typarray
    from pg_class c left join pg_type y on y.oid = c.reltype where c.oid = any (array[${oids.join(", ")}]::oid[])),
  target as (select 'pg_class'::regclass as classid, oid as objid, oid from c
    union all select 'pg_type'::regclass, reltype, oid from c union all select 'pg_type'::regclass, typarray, oid from c),
  used as materialized (select distinct w.oid from target w join pg_depend d on d.refclassid = w.classid and d.refobjid = w.objid
    where d.classid in ('pg_rewrite'::regclass, 'pg_proc'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass)
      or d.classid = 'pg_class'::regclass and d.objsubid > 0)
  select c.oid::bigint as oid, c.oid in (select oid from used) as used,
    exists (select from pg_class o where o.relname = c.relname and o.oid <> c.oid) as shared from c`;
}
