/** Reads what the page of the graph shows of each object beyond its name: definition, columns, rights, and column by column who uses what. */
import { quoteLiteral } from "../../graph/quote.ts";
import { edgeEnds, edgeSources } from "../database/catalog-graph.ts";
import type { Asking } from "../database/database.ts";
import { columnSources, type OutputColumn } from "../database/lineage/column-sources.ts";
import { catalogPath } from "../database/search-path.ts";

export interface ObjectDetails {
  readonly owner: string;
  readonly comment: string | null;
  /** As PostgreSQL prints it; null for tables, aggregates and policies, which it does not print. */
  readonly definition: string | null;
  /** `select to bob`; what the owner may do is left out. */
  readonly grants: readonly string[];
  readonly columns: readonly DetailColumn[];
  /** Where a view's columns come from. */
  readonly sources: readonly OutputColumn[];
  /** False for materialized views, aggregates and constraint triggers: they have no CREATE OR REPLACE, or it is refused. */
  readonly replaceable: boolean;
  /** A routine's result type. */
  readonly returns: string | null;
}

interface DetailColumn {
  readonly number: number;
  readonly name: string;
  readonly type: string;
  readonly comment: string | null;
}

/** One object's use of another; ids as in the catalog's graph. */
interface DetailEdge {
  readonly from: string;
  readonly to: string;
  /** Numbers of columns; 0 is the object as a whole. */
  readonly columns: readonly number[];
  /** Through its row type. */
  readonly rows: boolean;
}

export interface GraphDetails {
  /** By id. */
  readonly objects: ReadonlyMap<string, ObjectDetails>;
  readonly edges: readonly DetailEdge[];
}

interface DetailRow {
  readonly id: string;
  readonly owner: string;
  readonly comment: string | null;
  readonly definition: string | null;
  readonly grants: readonly string[] | null;
  readonly columns: readonly DetailColumn[] | null;
  readonly tree: string | null;
  readonly replaceable: boolean;
  readonly returns: string | null;
}

const grantsOf = (acl: string, owner: string) => `(select array_agg(lower(x.privilege_type) || ' to '
      || case x.grantee when 0 then 'public' else x.grantee::regrole::text end
      || case when x.is_grantable then ' with grant option' else '' end order by x.grantee, x.privilege_type)
    from aclexplode(${acl}) x where x.grantee <> ${owner})`;

const commentOf = (oid: string, catalog: string) => `obj_description(${oid}, '${catalog}')`;

/** `$ids` is an array of ids as a literal. Rules and triggers have no owner but their relation's. */
const objectsQuery = `with w as (select substr(i, 1, 1) as letter, substr(i, 2)::oid as oid, i as id from unnest($ids::text[]) i)
select coalesce(json_agg(o), '[]') as objects from (
  select w.id, c.relowner::regrole::text as owner, ${commentOf("c.oid", "pg_class")} as comment,
    case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end as definition, ${grantsOf("c.relacl", "c.relowner")} as grants,
    (select json_agg(json_build_object('number', a.attnum, 'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
        'comment', col_description(c.oid, a.attnum)) order by a.attnum)
      from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
    (select r.ev_action::text from pg_rewrite r where r.ev_class = c.oid and r.rulename = '_RETURN') as tree,
    c.relkind <> 'm' as replaceable, null::text as returns
  from w join pg_class c on w.letter = 'r' and c.oid = w.oid
  union all
  select w.id, p.proowner::regrole::text, ${commentOf("p.oid", "pg_proc")},
    case when p.prokind <> 'a' then pg_get_functiondef(p.oid) end, ${grantsOf("p.proacl", "p.proowner")}, null, null, true, pg_get_function_result(p.oid)
  from w join pg_proc p on w.letter = 'f' and p.oid = w.oid
  union all
  select w.id, c.relowner::regrole::text, ${commentOf("t.oid", "pg_trigger")}, pg_get_triggerdef(t.oid), null, null, null, t.tgconstraint = 0, null
  from w join pg_trigger t on w.letter = 't' and t.oid = w.oid join pg_class c on c.oid = t.tgrelid
  union all
  select w.id, c.relowner::regrole::text, ${commentOf("r.oid", "pg_rewrite")}, pg_get_ruledef(r.oid), null, null, null, true, null
  from w join pg_rewrite r on w.letter = 'u' and r.oid = w.oid join pg_class c on c.oid = r.ev_class
  union all
  select w.id, c.relowner::regrole::text, ${commentOf("p.oid", "pg_policy")}, null, null, null, null, true, null
  from w join pg_policy p on w.letter = 'p' and p.oid = w.oid join pg_class c on c.oid = p.polrelid) o`;

/** As the graph's own edges, with the columns. Rows of a relation are used where its type or the type's array is. */
const edgesQuery = `select coalesce(json_agg(u), '[]') as edges from (
  select e.dependent as "from", e.needed as "to", array_agg(distinct e.number order by e.number) as columns, bool_or(e.rows) as rows from (
    select ${edgeEnds},
      d.refobjsubid as number, d.refclassid = 'pg_type'::regclass as rows
    ${edgeSources}) e
  where e.dependent <> e.needed and e.dependent = any ($ids::text[]) and e.needed = any ($ids::text[])
  group by 1, 2) u`;

/** `ids` as in the catalog's graph: those of the objects that will be shown. */
export async function readGraphDetails(database: Asking, ids: readonly string[]): Promise<GraphDetails> {
  const wanted = quoteLiteral(`{${ids.join(",")}}`);
  const fill = (query: string) => query.replaceAll("$ids", () => wanted);
  const results = await database.batch([
    "begin isolation level repeatable read, read only",
    catalogPath,
    fill(objectsQuery),
    fill(edgesQuery),
    "rollback",
  ]);
  const rows = (results[2]?.[0]?.objects ?? []) as readonly DetailRow[];
  const edges = (results[3]?.[0]?.edges ?? []) as readonly DetailEdge[];
  return { objects: new Map(rows.map((row) => [row.id, detailsOf(row)])), edges };
}

function detailsOf(row: DetailRow): ObjectDetails {
  const { owner, comment, definition, replaceable, returns } = row;
  const sources = row.tree === null ? [] : columnSources(row.tree);
  return {
    owner,
    comment,
    definition,
    replaceable,
    returns,
    grants: row.grants ?? [],
    columns: row.columns ?? [],
    sources,
  };
}
