/** Which catalog rows hold an object: the SQL that names them by their xmin, for many objects at once and for a few. */
import type { ObjectKind } from "../../graph/identity.ts";
import { quoteLiteral } from "../../graph/quote.ts";

/**
 * `version` names, by their xmin, the catalog rows that hold an object's definition and what is attached to it: any change
 * writes such a row anew. What a difference means is judged only where there is one.
 */
const described = (catalog: string, oid: string) =>
  ["pg_description", "pg_seclabel"]
    .map(
      (
        texts,
      ) => `coalesce((select ',' || count(*) || '.' || max(x.xmin::text::bigint) from pg_catalog.${texts} x
     where x.objoid = ${oid} and x.classoid = 'pg_catalog.${catalog}'::pg_catalog.regclass having count(*) > 0), '')`,
    )
    .join(" || ");

/** Indexes and extended statistics with their comments, options and columns' targets, and the TOAST table's options. */
const storageVersion = `coalesce((select ',' || pg_catalog.string_agg(i.indexrelid || '.' || i.xmin::text || '.' || ic.xmin::text || '.' ||
      (select max(ia.xmin::text::bigint) from pg_catalog.pg_attribute ia where ia.attrelid = ic.oid) || ${described("pg_class", "ic.oid")}, ',' order by i.indexrelid)
    from pg_catalog.pg_index i join pg_catalog.pg_class ic on ic.oid = i.indexrelid where i.indrelid = c.oid), '')
  || coalesce((select ',' || pg_catalog.string_agg(e.oid || '.' || e.xmin::text || ${described("pg_statistic_ext", "e.oid")}, ',' order by e.oid)
    from pg_catalog.pg_statistic_ext e where e.stxrelid = c.oid), '')
  || coalesce((select ',' || o.xmin::text from pg_catalog.pg_class o where o.oid = c.reltoastrelid), '')`;

const viewVersion = `r.xmin::text || '.' || c.xmin::text || ${described("pg_class", "c.oid")}`;

const relationVersion = `${viewVersion} || case when c.relkind = 'm' then
  ${storageVersion} else '' end`;

const routineVersion = `p.xmin::text || ${described("pg_proc", "p.oid")}`;

/** Of everything in the schemas that stand for `$schemas`. */
export const liveVersions = `
  select case c.relkind when 'v' then 'view' else 'materialized view' end as kind, n.nspname::text as schema, '' as relation,
    c.relname::text as name, '{}'::text[] as arguments, ${relationVersion} as version
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_rewrite r on r.ev_class = c.oid and r.rulename = '_RETURN'
  where c.relkind in ('v', 'm') and n.nspname = any ($schemas)
  union all
  select case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end, n.nspname, '', p.proname,
    array(select pg_catalog.format_type(t, null) from unnest(p.proargtypes::oid[]) with ordinality as u(t, o) order by o), ${routineVersion}
  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where n.nspname = any ($schemas)
  union all
  select 'trigger', n.nspname, c.relname, t.tgname, '{}', t.xmin::text || ${described("pg_trigger", "t.oid")}
  from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where not t.tgisinternal and n.nspname = any ($schemas)
  union all
  select 'rule', n.nspname, c.relname, r.rulename, '{}', r.xmin::text || ${described("pg_rewrite", "r.oid")}
  from pg_catalog.pg_rewrite r join pg_catalog.pg_class c on c.oid = r.ev_class join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where r.rulename <> '_RETURN' and n.nspname = any ($schemas)
  union all
  select 'policy', n.nspname, c.relname, p.polname, '{}', p.xmin::text || ${described("pg_policy", "p.oid")}
  from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = any ($schemas)`;

/** By both columns of a name index, whatever the planner believes of how often a name is there: many schemas may have the same names. */
const namespaceOfOne = "(select n.oid from pg_catalog.pg_namespace n where n.nspname = o.schema)";

const relationOfOne = (version: string) => `(select ${version} from pg_catalog.pg_class c
      join pg_catalog.pg_rewrite r on r.ev_class = c.oid and r.rulename = '_RETURN'
      where c.relnamespace = ${namespaceOfOne} and c.relname = o.name)`;

const childOfOne = (row: string, catalog: string, relation: string, name: string) =>
  `(select ${row}.xmin::text || ${described(catalog, `${row}.oid`)} from pg_catalog.pg_class c
      join pg_catalog.${catalog} ${row} on ${row}.${relation} = c.oid
      where c.relnamespace = ${namespaceOfOne} and c.relname = o.relation and ${row}.${name} = o.name)`;

const routineOfOne = `(select ${routineVersion} from pg_catalog.pg_proc p
      where p.pronamespace = ${namespaceOfOne} and p.proname = o.name and o.arguments = array(
        select pg_catalog.format_type(t, null) from unnest(p.proargtypes::oid[]) with ordinality as u(t, i) order by i))`;

const ofOne = {
  view: relationOfOne(viewVersion),
  "materialized view": relationOfOne(relationVersion),
  function: routineOfOne,
  procedure: routineOfOne,
  aggregate: routineOfOne,
  trigger: childOfOne("t", "pg_trigger", "tgrelid", "tgname"),
  rule: childOfOne("r", "pg_rewrite", "ev_class", "rulename"),
  policy: childOfOne("p", "pg_policy", "polrelid", "polname"),
} as const satisfies Readonly<Record<ObjectKind, string>>;

/** For a few objects of these kinds: looked up one by one through the name indexes. A branch that is never taken costs as well. */
export function versionOfKinds(kinds: Iterable<ObjectKind>): string {
  const branches = new Map<string, ObjectKind[]>();
  for (const kind of new Set(kinds)) branches.set(ofOne[kind], [...(branches.get(ofOne[kind]) ?? []), kind]);
  const cases = [...branches].map(
    ([version, some]) => `
    when o.kind in (${some.map(quoteLiteral).join(", ")}) then ${version}`,
  );
  return cases.length === 0 ? "null::text" : `case${cases.join("")} end`;
}

/** For a few objects of any kind. */
export const versionOfOne = versionOfKinds(Object.keys(ofOne) as readonly (keyof typeof ofOne)[]);
