/** What stands on relations and routines, directly or through others. */
import { quoteLiteral } from "../../graph/quote.ts";
import type { Database } from "./database.ts";
import { catalogPath } from "./search-path.ts";

/** A relation or routine; without a schema the first of the search path that has it. */
export interface NamedRoot {
  readonly schema: string | null;
  readonly name: string;
}

export interface NamedObject {
  readonly schema: string;
  readonly name: string;
}

/** Relations and routines that PostgreSQL records as needing one of the roots (any routine of a root's name). Outside of a transaction. */
export async function readStandingOn(
  database: Database,
  roots: readonly NamedRoot[],
  searchPath: readonly string[],
): Promise<readonly NamedObject[]> {
  const [, , rows] = await database.batch([
    "begin",
    catalogPath,
    `with recursive r as materialized (select * from jsonb_to_recordset(${quoteLiteral(JSON.stringify(roots))}::jsonb) as r(schema text, name text)),
      path as materialized (select s.name, s.place from jsonb_array_elements_text(${quoteLiteral(JSON.stringify(searchPath))}::jsonb)
        with ordinality as s(name, place)),
      n as materialized (select r.name, coalesce(r.schema, (select p.name from path p join pg_namespace m on m.nspname = p.name
        where exists (select from pg_class c where c.relnamespace = m.oid and c.relname = r.name)
          or exists (select from pg_proc f where f.pronamespace = m.oid and f.proname = r.name) order by p.place limit 1)) as schema from r),
      on_it(classid, objid) as (
        select 'pg_class'::regclass::oid, c.oid from n join pg_namespace m on m.nspname = n.schema
          join pg_class c on c.relnamespace = m.oid and c.relname = n.name
        union select 'pg_type'::regclass::oid, c.reltype from n join pg_namespace m on m.nspname = n.schema
          join pg_class c on c.relnamespace = m.oid and c.relname = n.name where c.reltype <> 0
        union select 'pg_proc'::regclass::oid, f.oid from n join pg_namespace m on m.nspname = n.schema
          join pg_proc f on f.pronamespace = m.oid and f.proname = n.name
        union select case when w.oid is null then d.classid else 'pg_class'::regclass::oid end, coalesce(w.ev_class, d.objid)
          from on_it join pg_depend d on d.refclassid = on_it.classid and d.refobjid = on_it.objid
          left join pg_rewrite w on d.classid = 'pg_rewrite'::regclass and w.oid = d.objid
          where d.classid in ('pg_rewrite'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass))
    select m.nspname::text as schema, c.relname::text as name from on_it join pg_class c on on_it.classid = 'pg_class'::regclass and c.oid = on_it.objid
      join pg_namespace m on m.oid = c.relnamespace
    union select m.nspname::text, f.proname::text from on_it join pg_proc f on on_it.classid = 'pg_proc'::regclass and f.oid = on_it.objid
      join pg_namespace m on m.oid = f.pronamespace`,
    "rollback",
  ]);
  return (rows ?? []).map(({ schema, name }) => ({ schema: String(schema), name: String(name) }));
}
