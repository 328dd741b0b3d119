/** Reads the whole catalog's objects and who needs whom, leaving out the system's schemas and the ledger. */
import { type Identity, identityFromColumns, isChild, type ObjectKind } from "../../graph/identity.ts";
import { preparedPrefix } from "../../graph/plan/beside.ts";
import { quoteLiteral } from "../../graph/quote.ts";
import type { Database } from "./database.ts";
import { catalogPath } from "./search-path.ts";

/** An object of a managed kind, or a table. */
export interface CatalogObject {
  /** The letter of its catalog and its oid. */
  readonly id: string;
  readonly identity: Identity | { readonly kind: "table"; readonly schema: string; readonly name: string };
  /** The extension that it is a member of. */
  readonly extension: string | null;
}

export interface CatalogGraph {
  readonly objects: readonly CatalogObject[];
  /** Pairs of ids: the dependent, and what it needs. */
  readonly edges: readonly (readonly [string, string])[];
}

interface ObjectRow {
  readonly id: string;
  readonly kind: ObjectKind | "table";
  readonly schema: string;
  readonly relation: string;
  readonly name: string;
  readonly arguments: readonly string[];
  readonly extension: string | null;
}

const extensionOf = (
  catalog: string,
  oid: string,
) => `(select e.extname from pg_depend x join pg_extension e on e.oid = x.refobjid
    where x.classid = '${catalog}'::regclass and x.objid = ${oid} and x.deptype = 'e' and x.refclassid = 'pg_extension'::regclass)`;

/** `$ledger` is the ledger's schema as a literal. */
const objectsQuery = `with n as (select oid, nspname::text as schema from pg_namespace
  where nspname !~ '^pg_' and nspname not in ('information_schema', $ledger))
select coalesce(json_agg(o), '[]') as objects from (
  select 'r' || c.oid as id, case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end as kind,
    n.schema, '' as relation, c.relname as name, '{}'::text[] as arguments, ${extensionOf("pg_class", "c.oid")} as extension
  from pg_class c join n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'f', 'v', 'm')
  union all
  select 'f' || p.oid, case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end, n.schema, '', p.proname,
    array(select format_type(t, null) from unnest(p.proargtypes::oid[]) with ordinality as u(t, i) order by i), ${extensionOf("pg_proc", "p.oid")}
  from pg_proc p join n on n.oid = p.pronamespace
  -- What makes values of a range comes with its type.
  where not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')
  union all
  select 't' || t.oid, 'trigger', n.schema, c.relname, t.tgname, '{}', ${extensionOf("pg_trigger", "t.oid")}
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join n on n.oid = c.relnamespace where not t.tgisinternal and t.tgparentid = 0
  union all
  select 'u' || r.oid, 'rule', n.schema, c.relname, r.rulename, '{}', ${extensionOf("pg_rewrite", "r.oid")}
  from pg_rewrite r join pg_class c on c.oid = r.ev_class join n on n.oid = c.relnamespace where r.rulename <> '_RETURN'
  union all
  select 'p' || p.oid, 'policy', n.schema, c.relname, p.polname, '{}', ${extensionOf("pg_policy", "p.oid")}
  from pg_policy p join pg_class c on c.oid = p.polrelid join n on n.oid = c.relnamespace) o`;

/**
 * What belongs to a table (a default, a check, an index) counts as the table, and a row type as its relation. Foreign
 * keys are left out: they tie tables, which no component declares.
 */
export const edgeEnds = `case d.classid
      when 'pg_rewrite'::regclass then case when r.rulename = '_RETURN' then 'r' || r.ev_class else 'u' || r.oid end
      when 'pg_proc'::regclass then 'f' || d.objid
      when 'pg_trigger'::regclass then 't' || d.objid
      when 'pg_policy'::regclass then 'p' || d.objid
      when 'pg_attrdef'::regclass then 'r' || f.adrelid
      when 'pg_constraint'::regclass then case when k.contype <> 'f' then 'r' || nullif(k.conrelid, 0) end
      when 'pg_class'::regclass then 'r' || coalesce(i.indrelid, d.objid) end as dependent,
    case d.refclassid when 'pg_class'::regclass then 'r' || d.refobjid when 'pg_proc'::regclass then 'f' || d.refobjid
      else 'r' || nullif(coalesce(m.typrelid, y.typrelid), 0) end as needed`;

/** Where those ends are read from; `d` is the dependency itself. */
export const edgeSources = `from pg_depend d
  left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
  left join pg_attrdef f on d.classid = 'pg_attrdef'::regclass and f.oid = d.objid
  left join pg_constraint k on d.classid = 'pg_constraint'::regclass and k.oid = d.objid
  left join pg_index i on d.classid = 'pg_class'::regclass and i.indexrelid = d.objid
  left join pg_type y on d.refclassid = 'pg_type'::regclass and y.oid = d.refobjid
  left join pg_type m on d.refclassid = 'pg_type'::regclass and m.typarray = d.refobjid
  where d.refclassid in ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass) and d.objid >= 16384`;

const edgesQuery = `select coalesce(json_agg(distinct array[e.dependent, e.needed]), '[]') as edges from (
  select ${edgeEnds}
  ${edgeSources}) e
where e.dependent <> e.needed`;

export async function readCatalogGraph(database: Database, ledgerSchema: string): Promise<CatalogGraph> {
  const results = await database.batch([
    "begin isolation level repeatable read, read only",
    catalogPath,
    objectsQuery.replace("$ledger", () => quoteLiteral(ledgerSchema)),
    edgesQuery,
    "rollback",
  ]);
  const rows = (results[2]?.[0]?.objects ?? []) as readonly ObjectRow[];
  const edges = (results[3]?.[0]?.edges ?? []) as readonly (readonly [string, string])[];
  const known = new Set(rows.map((row) => row.id));
  return {
    objects: rows.map(catalogObject),
    edges: edges.filter(([dependent, needed]) => known.has(dependent) && known.has(needed)),
  };
}

/**
 * The objects of managed kinds in these schemas, or in all (null), that no extension owns, and that stand on nothing that
 * one owns. Runs in the caller's transaction.
 */
export async function unmanagedObjects(
  database: Database,
  ledgerSchema: string,
  schemas: ReadonlySet<string> | null,
): Promise<readonly Identity[]> {
  const [, rows] = await database.batch([
    catalogPath,
    objectsQuery.replace("$ledger", () => quoteLiteral(ledgerSchema)),
  ]);
  const objects = ((rows?.[0]?.objects ?? []) as readonly ObjectRow[]).map(catalogObject);
  const place = (schema: string, name: string): string => JSON.stringify([schema, name]);
  const owned = new Set(
    objects.flatMap(({ id, identity, extension }) =>
      extension !== null && id.startsWith("r") ? [place(identity.schema, identity.name)] : [],
    ),
  );
  return objects
    .filter(({ extension }) => extension === null)
    .map(({ identity }) => identity)
    .filter((identity): identity is Identity => identity.kind !== "table")
    .filter((identity) => !identity.name.startsWith(preparedPrefix))
    .filter((identity) => schemas === null || schemas.has(identity.schema))
    .filter((identity) => !isChild(identity) || !owned.has(place(identity.schema, identity.relation)));
}

function catalogObject(row: ObjectRow): CatalogObject {
  return { id: row.id, identity: identityOf(row), extension: row.extension };
}

function identityOf(row: ObjectRow): CatalogObject["identity"] {
  return row.kind === "table"
    ? { kind: row.kind, schema: row.schema, name: row.name }
    : identityFromColumns({ ...row, kind: row.kind });
}
