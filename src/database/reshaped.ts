/** Which relations were changed since a scope was applied last, other than by that. */
import { quoteLiteral } from "../../graph/quote.ts";
import { sharedScope } from "../tenants/scope.ts";
import type { Row } from "./database.ts";
import type { LedgerScope } from "./scope-snapshots.ts";

export interface ReshapedRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** For a view that no ledger knows by this name: it is new, was renamed, or something other than its columns changed. */
  readonly foreign: boolean;
  /** Of a view: its columns were changed after itself, which only a statement about columns does. */
  readonly columns: boolean;
}

/** Of the rows of several `reshapedQuery`. */
export function reshapedRelations(rows: readonly Row[]): readonly ReshapedRelation[] {
  const relations = rows.map((row) => ({
    oid: Number(row.oid),
    schema: String(row.schema),
    name: String(row.name),
    foreign: row.foreign === true,
    columns: row.columns === true,
  }));
  return [...new Map(relations.map((relation) => [relation.oid, relation])).values()];
}

/**
 * Rows of pg_attribute, and of pg_class where the tool did not make the relation, that the snapshot of the last apply
 * does not see. Those that the apply itself wrote lie between its transaction id and that of the subtransaction in which
 * it wrote its row last, the row's own xmin. Few transactions wrote all these rows: each is judged once. An xmin is
 * widened to 64 bits by its distance from the present. `name`: the ledger's schema, quoted.
 */
export function reshapedQuery(name: string, project: string, scope: LedgerScope): string {
  const shared = scope.name === sharedScope;
  const own = shared
    ? `${name}.project p where p.project = ${quoteLiteral(project)}`
    : `${name}.scope p where p.project = ${quoteLiteral(project)} and p.scope = ${quoteLiteral(scope.name)}`;
  // Where nothing is managed nothing can be the worse for a change.
  const managed = `exists (select from ${name}.object o where o.project = ${quoteLiteral(project)} and o.scope = ${quoteLiteral(scope.name)})`;
  const among = (oid: string) => (shared ? "" : ` and ${oid} = any (array(select oid from relevant))`);
  const wide = (xid: string) =>
    `(l.present + ((${xid}::text::bigint - l.present + 2147483648) & 4294967295) - 2147483648)::text::xid8`;
  const recent = (xid: string) => `age(${xid}) <= (select least(distance + 1000, 2147483646) from l)`;
  return `with l as (select snapshot, first_xid, p.xmin as last, pg_snapshot_xmax(pg_current_snapshot())::text::bigint as present,
      pg_snapshot_xmax(pg_current_snapshot())::text::bigint - pg_snapshot_xmin(snapshot)::text::bigint as distance
    from ${own} and ${managed}),${shared ? "" : `\n  ${relevantTo(name, project, scope)},`}
  unseen as materialized (select written.xmin from l, (
      select distinct c.xmin from pg_class c where ${recent("c.xmin")}${among("c.oid")}
      union select distinct a.xmin from pg_attribute a where a.attnum > 0 and ${recent("a.xmin")}${among("a.attrelid")} offset 0) as written
    where written.xmin::text::bigint > 2 and not pg_visible_in_snapshot(${wide("written.xmin")}, l.snapshot)
      and not (${wide("written.xmin")} >= l.first_xid and ${wide("written.xmin")} <= ${wide("l.last")}))
  select oid, schema, name, bool_or(foreigner) as foreign, bool_or(columns) as columns from (
  select c.oid, n.nspname as schema, c.relname as name, c.relkind in ('v', 'm') as foreigner, false as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where (c.relkind in ('r', 'p', 'f') or c.relkind in ('v', 'm') and not exists (select from ${name}.object o
      where o.kind in ('view', 'materialized view') and o.schema = n.nspname and o.name = c.relname))
    and n.nspname !~ '^pg_' and c.relname !~ '^__migrator_' and c.xmin = any (array(select xmin from unseen)) and exists (select from unseen)${among("c.oid")}
  union
  select c.oid, n.nspname, c.relname, false,
    age(a.xmin) < age(c.xmin) and not exists (select from pg_rewrite w where w.ev_class = c.oid and w.rulename = '_RETURN' and age(w.xmin) <= age(a.xmin))
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  where a.attnum > 0 and a.xmin = any (array(select xmin from unseen)) and exists (select from unseen)${among("a.attrelid")}
    and c.relkind in ('r', 'p', 'f', 'v', 'm', 'c') and n.nspname !~ '^pg_(toast|temp)' and c.relname !~ '^__migrator_'
    ${shared ? withoutUnusedScoped(name, project) : ""}
  ) r group by oid, schema, name order by schema, name`;
}

/** Views of other scopes are news to the shared one only where something stands on them: there may be a great many. */
function withoutUnusedScoped(name: string, project: string): string {
  return `and (c.relkind not in ('v', 'm')
      or not exists (select from ${name}.object o where o.project = ${quoteLiteral(project)} and o.scope <> '${sharedScope}'
        and o.kind in ('view', 'materialized view') and o.schema = n.nspname and o.name = c.relname)
      or exists (select from pg_depend d where d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid and d.deptype = 'n'
        and d.classid in ('pg_rewrite'::regclass, 'pg_proc'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass))
      or exists (select from pg_type t join pg_depend d on d.refclassid = 'pg_type'::regclass and d.refobjid = t.oid
        where t.oid in (c.reltype, (select y.typarray from pg_type y where y.oid = c.reltype)) and d.classid <> 'pg_class'::regclass and d.deptype = 'n'))`;
}

/**
 * The relations that a scope's objects are, stand on or use, and those of its search path, whose names its texts may mean: what is
 * asked follows the scope's size, not the number of scopes.
 */
function relevantTo(name: string, project: string, { name: scope, searchPath }: LedgerScope): string {
  const path = searchPath.map(quoteLiteral).join(", ");
  return `mine as materialized (select kind, schema, name, case when relation = '' then name else relation end as relation
      from ${name}.object where project = ${quoteLiteral(project)} and scope = ${quoteLiteral(scope)}),
  relation as materialized (select distinct c.oid from mine m join pg_namespace n on n.nspname = m.schema
      join pg_class c on c.relnamespace = n.oid and c.relname = m.relation
    where m.kind not in ('function', 'procedure', 'aggregate')),
  part as materialized (
    select 'pg_rewrite'::regclass::oid as classid, r.oid as objid from relation o join pg_rewrite r on r.ev_class = o.oid
    union all select 'pg_trigger'::regclass, t.oid from relation o join pg_trigger t on t.tgrelid = o.oid
    union all select 'pg_policy'::regclass, p.oid from relation o join pg_policy p on p.polrelid = o.oid
    union all select 'pg_proc'::regclass, p.oid from mine m join pg_namespace n on n.nspname = m.schema
      join pg_proc p on p.pronamespace = n.oid and p.proname = m.name where m.kind in ('function', 'procedure', 'aggregate')),
  relevant as materialized (select oid from relation
    union select d.refobjid from part join pg_depend d on d.classid = part.classid and d.objid = part.objid
      where d.refclassid = 'pg_class'::regclass
    union select e.typrelid from part join pg_depend d on d.classid = part.classid and d.objid = part.objid
      join pg_type t on t.oid = d.refobjid join pg_type e on e.oid = case when t.typelem <> 0 then t.typelem else t.oid end
      where d.refclassid = 'pg_type'::regclass and e.typrelid <> 0
    union select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any (array[${path}]::name[]))`;
}
