/** What planning asks to know which materialized views are stale. */
import type { Identity } from "../../graph/identity.ts";
import type { LiveRelation } from "../../graph/live.ts";
import { quoteLiteral } from "../../graph/quote.ts";
import { callsOfAppendedColumns } from "../../graph/syntax/appended-columns.ts";
import { loadParser } from "../sql/library.ts";
import { parseSql } from "../sql/parser.ts";
import { liveRelation, type RelationRow } from "./catalog-row.ts";
import { relationsQuery } from "./catalog-sql.ts";
import type { Asking } from "./database.ts";
import { columnsOf } from "./identity-columns.ts";
import { catalogPath } from "./search-path.ts";

/** The materialized views that read any of these, directly or through views and SQL-standard function bodies. */
export async function readMaterializedReaders(
  database: Asking,
  of: readonly Identity[],
): Promise<readonly LiveRelation[]> {
  const wanted = JSON.stringify(of.map(columnsOf));
  const readers = `with recursive o as materialized (select * from jsonb_to_recordset(${quoteLiteral(wanted)}::jsonb)
      as o(kind text, schema text, relation text, name text, arguments text[])),
    reader(classid, objid) as (
      select 'pg_class'::regclass::oid, c.oid from o join pg_namespace n on n.nspname = o.schema
        join pg_class c on c.relnamespace = n.oid and c.relname = o.name where o.kind in ('view', 'materialized view')
      union select 'pg_proc'::regclass::oid, p.oid from o join pg_namespace n on n.nspname = o.schema
        join pg_proc p on p.pronamespace = n.oid and p.proname = o.name
      where o.kind in ('function', 'aggregate') and o.arguments = array(
        select format_type(t, null) from unnest(p.proargtypes::oid[]) with ordinality as u(t, i) order by i)
      union select case when r.oid is null then d.classid else 'pg_class'::regclass::oid end, coalesce(r.ev_class, d.objid)
      from reader join pg_depend d on d.refclassid = reader.classid and d.refobjid = reader.objid and d.deptype = 'n'
        left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid and r.rulename = '_RETURN'
      where r.oid is not null or d.classid = 'pg_proc'::regclass)
    select c.oid from reader join pg_class c on c.oid = reader.objid where reader.classid = 'pg_class'::regclass
      and c.relkind = 'm' and c.relispopulated`;
  const [, rows] = await database.batch([catalogPath, relationsQuery(readers)]);
  return (rows ?? []).map((row) => liveRelation(row.object as RelationRow));
}

/** For each pair of printed CREATE VIEW statements: whether the second gives the rows of the first, with more columns behind. */
export async function readOnlyAppended(
  database: Asking,
  pairs: readonly { readonly before: string; readonly after: string }[],
): Promise<readonly boolean[]> {
  await loadParser();
  const calls = pairs.map(({ before, after }) => callsOfAppendedColumns(parsed(before), parsed(after)));
  const names = [...new Set(calls.flatMap((some) => some ?? []))];
  const changing = new Set<unknown>();
  if (names.length > 0) {
    const [, rows] = await database.batch([
      catalogPath,
      `select distinct proname::text as name from pg_proc where (proretset or prokind = 'a')
         and proname = any (array[${names.map(quoteLiteral).join(",")}]::name[])`,
    ]);
    for (const row of rows ?? []) changing.add(row.name);
  }
  return calls.map((some) => some !== null && !some.some((name) => changing.has(name)));
}

function parsed(sql: string): unknown {
  const outcome = parseSql(sql);
  return outcome.kind === "parsed" ? outcome.statements[0]?.node : undefined;
}
