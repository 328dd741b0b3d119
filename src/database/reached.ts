/** Reads what some objects need, however far down, and a text that changes when any of that is changed. */
import { type Subject, subjectKey } from "../../graph/bystander.ts";
import { type Identity, identityFromColumns, isRelation, isRoutine } from "../../graph/identity.ts";
import type { Reached } from "../../graph/plan/built-beside.ts";
import { quoteLiteral } from "../../graph/quote.ts";
import type { Database, Row } from "./database.ts";
import { catalogPath } from "./search-path.ts";

/** What decides which rows a query gives: a view's query, a table's columns and policies, a function's body. */
const meaning = `case n.classid
  when 'pg_class'::regclass then (select md5(concat_ws('|', c.relkind, c.relowner, c.relrowsecurity, c.relforcerowsecurity, c.reloptions::text,
      (select ev_action::text from pg_rewrite w where w.ev_class = c.oid and w.rulename = '_RETURN'),
      (select string_agg(concat_ws(',', a.attnum, a.attname, a.atttypid, a.atttypmod, a.attcollation, a.attisdropped, a.attgenerated), ';' order by a.attnum)
         from pg_attribute a where a.attrelid = c.oid and a.attnum > 0),
      (select string_agg(concat_ws(',', p.polcmd, p.polpermissive, p.polroles::text, p.polqual::text), ';' order by p.oid)
         from pg_policy p where p.polrelid = c.oid)))
    from pg_class c where c.oid = n.objid)
  when 'pg_proc'::regclass then (select md5(concat_ws('|', p.proowner, p.prolang, p.prosrc, p.probin, p.prosqlbody::text, p.proconfig::text,
      p.provolatile, p.proisstrict, p.prosecdef, p.proleakproof, p.proargdefaults::text, p.prorettype))
    from pg_proc p where p.oid = n.objid)
  else '' end`;

/**
 * Where pg_depend tells what the node `n` needs: a relation its query's rule, a materialized view its indexes and statistics too.
 */
const dependers = `(select 'pg_rewrite'::regclass as classid, w.oid as objid from pg_rewrite w
    where n.classid = 'pg_class'::regclass and w.ev_class = n.objid and w.rulename = '_RETURN'
  union all select 'pg_class'::regclass, i.indexrelid from pg_index i join pg_class r on r.oid = i.indrelid
    where n.classid = 'pg_class'::regclass and i.indrelid = n.objid and r.relkind = 'm'
  union all select 'pg_statistic_ext'::regclass, e.oid from pg_statistic_ext e join pg_class r on r.oid = e.stxrelid
    where n.classid = 'pg_class'::regclass and e.stxrelid = n.objid and r.relkind = 'm'
  union all select n.classid, n.objid where n.classid <> 'pg_class'::regclass)`;

/** Row security decides which rows an owner of what is read sees; a role that is above it sees all. */
const policed = `c.relkind in ('r', 'p') and c.relrowsecurity and exists (
    select from n o left join pg_class oc on o.classid = 'pg_class'::regclass and oc.oid = o.objid and oc.relkind in ('v', 'm')
      left join pg_proc op on o.classid = 'pg_proc'::regclass and op.oid = o.objid join pg_roles r on r.oid = coalesce(oc.relowner, op.proowner)
    where not r.rolsuper and not r.rolbypassrls and (c.relforcerowsecurity or not pg_has_role(r.oid, c.relowner, 'USAGE')))`;

/** The system's own objects, below oid 16384, lead nowhere. */
function reachedQuery(roots: string): string {
  return `with recursive n as (
    select 'pg_class'::regclass as classid, null::oid as objid where false
    union ${roots}
    union select d.refclassid::regclass, d.refobjid from n cross join lateral ${dependers} s
      join pg_depend d on d.classid = s.classid and d.objid = s.objid
    where d.refobjid >= 16384 and d.refclassid in ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass, 'pg_operator'::regclass))
  select n.classid::regclass::text as catalog, n.objid::int8::text as oid, ${meaning} as meaning, ${policed} as policed,
    coalesce(c.relkind::text, p.prokind::text) as kind, s.nspname::text as schema, coalesce(c.relname, p.proname)::text as name,
    case when p.oid is not null then array(select format_type(t, null) from unnest(p.proargtypes::oid[]) with ordinality as u(t, o) order by o) end as arguments,
    (select i.type || ' ' || i.identity from pg_identify_object(n.classid, n.objid, 0) i) as description,
    array(select distinct d.refclassid::regclass::text || ' ' || d.refobjid from ${dependers} s
      join pg_depend d on d.classid = s.classid and d.objid = s.objid
      where not (d.refclassid = n.classid and d.refobjid = n.objid)) as needs
  from n left join pg_class c on n.classid = 'pg_class'::regclass and c.oid = n.objid
    left join pg_proc p on n.classid = 'pg_proc'::regclass and p.oid = n.objid
    left join pg_namespace s on s.oid = coalesce(c.relnamespace, p.pronamespace)
  where n.objid is not null order by 1, n.objid`;
}

/** In a transaction. */
export async function readReached(database: Database, identities: readonly Identity[]): Promise<Reached> {
  const pick = (some: readonly Identity[], catalog: string, name: string, namespace: string) =>
    `select '${catalog}'::regclass, x.oid from pg_catalog.${catalog} x join pg_namespace s on s.oid = x.${namespace}
     where (s.nspname::text, x.${name}::text) in (${some.map((one) => `(${quoteLiteral(one.schema)}, ${quoteLiteral(one.name)})`).join(", ")})`;
  const relations = identities.filter(isRelation);
  const routines = identities.filter(isRoutine);
  const roots = [
    ...(relations.length > 0 ? [pick(relations, "pg_class", "relname", "relnamespace")] : []),
    ...(routines.length > 0 ? [pick(routines, "pg_proc", "proname", "pronamespace")] : []),
  ];
  if (roots.length === 0) return { subjects: new Map(), needs: new Map(), policed: new Set() };
  const [, rows] = await database.batch([catalogPath, reachedQuery(`(${roots.join(" union ")})`)]);
  const nodes = new Map((rows ?? []).map((row) => [`${row.catalog} ${row.oid}`, row]));
  const keyOf = new Map([...nodes].map(([node, row]) => [node, keyOfRow(row)]));
  const subjects = new Map<string, Subject>();
  const needs = new Map<string, readonly string[]>();
  const policed = new Set<string>();
  for (const [node, row] of nodes) {
    const key = keyOf.get(node) ?? node;
    const subject = subjectOf(row);
    if (subject !== null) subjects.set(key, subject);
    if (row.policed === true) policed.add(key);
    const list = Array.isArray(row.needs) ? row.needs.map(String) : [];
    needs.set(key, [...new Set(list.flatMap((to) => keyOf.get(to) ?? []))].sort());
  }
  return { subjects, needs, policed };
}

/** One text of what the relations and routines with these oids need, themselves included; equal while nothing was changed. */
export async function readMeaning(
  database: Database,
  oids: readonly { readonly catalog: string; readonly oid: number }[],
): Promise<string> {
  if (oids.length === 0) return "";
  const roots = oids.map(({ catalog, oid }) => `select '${catalog}'::regclass, ${oid}::oid`).join(" union ");
  const [, rows] = await database.batch([catalogPath, reachedQuery(`(${roots})`)]);
  return (rows ?? []).map((row) => `${row.catalog} ${row.oid} ${row.meaning}`).join("\n");
}

const relationKinds: Readonly<Record<string, "view" | "materialized view" | "table" | "foreign table">> = {
  v: "view",
  m: "materialized view",
  r: "table",
  p: "table",
  f: "foreign table",
};

const routineKinds: Readonly<Record<string, "function" | "procedure" | "aggregate">> = {
  f: "function",
  w: "function",
  p: "procedure",
  a: "aggregate",
};

/** Null for types and operators. */
function subjectOf(row: Row): Subject | null {
  const place = { schema: String(row.schema), name: String(row.name) };
  if (row.catalog === "pg_class") {
    const kind = relationKinds[String(row.kind)];
    if (kind === undefined) return null;
    if (kind === "table" || kind === "foreign table") return { kind, ...place };
    return { kind, ...place };
  }
  const kind = row.catalog === "pg_proc" ? routineKinds[String(row.kind)] : undefined;
  if (kind === undefined) return null;
  const types = Array.isArray(row.arguments) ? row.arguments.map(String) : [];
  return identityFromColumns({ kind, ...place, relation: "", arguments: types });
}

function keyOfRow(row: Row): string {
  const subject = subjectOf(row);
  return subject === null ? `${row.catalog} ${row.description}` : subjectKey(subject);
}
