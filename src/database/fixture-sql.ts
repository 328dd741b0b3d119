/**
 * The catalog queries for fixtures: what tables, domains and the like hold on to an object with. Each returns one JSON
 * value a row and must run with pg_catalog alone on the search_path, so that every name in a printed expression is
 * qualified.
 */
import { extensionOf, indexFields, statisticsFields } from "./catalog-sql.ts";

/** With its TOAST table, whose index has a page where the table itself has none. */
const tableSize = (oid: string) =>
  `case when pg_relation_size(${oid}) > 0 then pg_table_size(${oid}) else 0 end`;

/** The relation `c` as a host; a partitioned table has no rows of its own. */
export const relationHost = `json_build_object('kind', case c.relkind when 'v' then 'view' when 'm' then 'materialized view'
    when 'f' then 'foreign table' when 'c' then 'composite type' when 'i' then 'index' when 'I' then 'index'
    when 'S' then 'sequence' else 'table' end, 'schema', cn.nspname, 'name', c.relname, 'oid', c.oid::bigint,
  'otherSession', case when pg_is_other_temp_schema(c.relnamespace) then pg_stat_get_backend_pid(substr(cn.nspname, 9)::int) end,
  'owner', pg_get_userbyid(c.relowner), 'rows', case when c.relkind = 'p' then 0 else greatest(c.reltuples, 0) end::float8,
  'bytes', case when c.relkind in ('r', 'm') then ${tableSize("c.oid")} else 0 end::float8,
  'depth', (with recursive up(oid) as (select c.oid union all select h.inhparent from pg_inherits h join up on h.inhrelid = up.oid)
    select count(*) - 1 from up))`;

const withRelation = (relation: string) =>
  `join pg_class c on c.oid = ${relation} join pg_namespace cn on cn.oid = c.relnamespace`;

/** The domain `y` as a host: its rows are those of the tables that have columns of it. */
const domainHost = `json_build_object('kind', 'domain', 'schema', yn.nspname, 'name', y.typname, 'oid', y.oid::bigint,
  'owner', pg_get_userbyid(y.typowner), 'depth', 0,
  'rows', (select coalesce(sum(greatest(t.reltuples, 0)), 0) from pg_class t where t.relkind in ('r', 'm')
    and exists (select from pg_attribute a where a.attrelid = t.oid and a.atttypid = y.oid and not a.attisdropped))::float8,
  'bytes', (select coalesce(sum(${tableSize("t.oid")}), 0) from pg_class t where t.relkind in ('r', 'm')
    and exists (select from pg_attribute a where a.attrelid = t.oid and a.atttypid = y.oid and not a.attisdropped))::float8)`;

const common = (catalog: string, oid: string) =>
  `'key', '${catalog} ' || ${oid}, 'description', pg_describe_object('${catalog}'::regclass, ${oid}, 0),
  'extension', ${extensionOf(catalog, oid)}`;

const index = `json_build_object(${indexFields}, 'replicaIdentity', i.indisreplident,
  'partOf', (select quote_ident(pn.nspname) || '.' || quote_ident(pc.relname) from pg_inherits h join pg_class pc on pc.oid = h.inhparent
    join pg_namespace pn on pn.oid = pc.relnamespace where h.inhrelid = ic.oid))`;

/** Of the column `a`: the tables at the top of its inheritance. */
const columnRoots = `(with recursive up(oid) as (select a.attrelid union select h.inhparent from up join pg_inherits h on h.inhrelid = up.oid)
  select json_agg(quote_ident(rn.nspname) || '.' || quote_ident(rc.relname) order by rn.nspname, rc.relname)
  from up join pg_attribute ra on ra.attrelid = up.oid and ra.attname = a.attname and ra.attinhcount = 0 and not ra.attisdropped
    join pg_class rc on rc.oid = up.oid join pg_namespace rn on rn.oid = rc.relnamespace)`;

/** Columns of tables and composite types; `wanted` are pairs of a relation's oid and a column's number. */
export function columnsQuery(wanted: readonly (readonly [number, number])[]): string {
  const pairs = wanted.map(([oid, number]) => `(${oid}::oid, ${number}::int2)`).join(", ");
  return `select json_build_object('key', 'pg_attribute ' || c.oid || ' ' || a.attnum, 'description', pg_describe_object('pg_class'::regclass, c.oid, a.attnum),
  'extension', ${extensionOf("pg_class", "c.oid")}, 'host', ${relationHost}, 'kind', 'row column', 'column', a.attname,
  'array', ty.typelem <> 0 and ty.typlen = -1, 'inherited', a.attinhcount > 0,
  'storage', case when a.attstorage <> ty.typstorage then case a.attstorage when 'p' then 'PLAIN' when 'e' then 'EXTERNAL' when 'm' then 'MAIN' else 'EXTENDED' end end,
  'compression', case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end) as fixture
from (values ${pairs}) as w(oid, number) join pg_attribute a on a.attrelid = w.oid and a.attnum = w.number
  join pg_type ty on ty.oid = a.atttypid ${withRelation("a.attrelid")} where c.relkind in ('r', 'p', 'c')`;
}

/** One query for the rows of one catalog; null for a catalog that holds no fixtures. */
export function fixturesQuery(catalog: string, oids: readonly number[]): string | null {
  const wanted = `select unnest(array[${oids.join(",")}]::oid[]) as oid`;
  switch (catalog) {
    case "pg_attrdef":
      return `select json_build_object(${common(catalog, "f.oid")}, 'host', ${relationHost},
  'kind', case a.attgenerated when '' then 'default' else 'generated column' end, 'column', a.attname,
  'expression', pg_get_expr(f.adbin, f.adrelid), 'stored', a.attgenerated = 's', 'type', format_type(a.atttypid, a.atttypmod), 'roots', ${columnRoots},
  'settable', current_setting('server_version_num')::int >= 170000) as fixture
from (${wanted}) w join pg_attrdef f on f.oid = w.oid ${withRelation("f.adrelid")}
  join pg_attribute a on a.attrelid = f.adrelid and a.attnum = f.adnum`;
    case "pg_constraint":
      return `select json_build_object(${common(catalog, "k.oid")}, 'host', case when k.conrelid <> 0 then ${relationHost} else ${domainHost} end,
  'kind', case when k.conrelid <> 0 then 'check' else 'domain check' end, 'name', k.conname,
  'definition', regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''), 'validated', k.convalidated,
  'local', k.conislocal, 'ahead', k.convalidated and not k.conislocal and k.conrelid <> 0 and not exists (
    select from pg_inherits h join pg_constraint pk on pk.conrelid = h.inhparent and pk.conname = k.conname and pk.contype = 'c'
      and pk.convalidated where h.inhrelid = k.conrelid), 'comment', obj_description(k.oid, 'pg_constraint')) as fixture
from (${wanted}) w join pg_constraint k on k.oid = w.oid left join pg_class c on c.oid = k.conrelid
  left join pg_namespace cn on cn.oid = c.relnamespace left join pg_type y on y.oid = k.contypid
  left join pg_namespace yn on yn.oid = y.typnamespace where k.contype = 'c'`;
    case "pg_class":
      return `select json_build_object(${common(catalog, "i.indexrelid")}, 'host', ${relationHost},
  'kind', case when k.oid is null then 'index' else 'exclusion constraint' end, 'index', ${index}, 'name', k.conname,
  'definition', pg_get_constraintdef(k.oid), 'comment', obj_description(k.oid, 'pg_constraint')) as fixture
from (${wanted}) w join pg_index i on i.indexrelid = w.oid join pg_class ic on ic.oid = i.indexrelid ${withRelation("i.indrelid")}
  left join pg_constraint k on k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')`;
    case "pg_statistic_ext":
      return `select json_build_object(${common(catalog, "s.oid")}, 'host', ${relationHost}, 'kind', 'statistics',
  'statistics', json_build_object(${statisticsFields})) as fixture
from (${wanted}) w join pg_statistic_ext s on s.oid = w.oid join pg_namespace sn on sn.oid = s.stxnamespace ${withRelation("s.stxrelid")}`;
    case "pg_type":
      return `select json_build_object(${common(catalog, "y.oid")}, 'host', ${domainHost}, 'kind', 'domain default',
  'expression', pg_get_expr(y.typdefaultbin, 0)) as fixture
from (${wanted}) w join pg_type y on y.oid = w.oid join pg_namespace yn on yn.oid = y.typnamespace
where y.typtype = 'd' and y.typdefaultbin is not null`;
    case "pg_cast":
      return `select json_build_object(${common(catalog, "k.oid")}, 'kind', 'cast', 'source', format_type(k.castsource, null),
  'target', format_type(k.casttarget, null), 'definition',
  case k.castmethod when 'i' then 'WITH INOUT' when 'b' then 'WITHOUT FUNCTION' else 'WITH FUNCTION ' || k.castfunc::regprocedure end
    || case k.castcontext when 'i' then ' AS IMPLICIT' when 'a' then ' AS ASSIGNMENT' else '' end,
  'comment', obj_description(k.oid, 'pg_cast'), 'host', json_build_object('kind', 'cast', 'schema', null,
    'name', '(' || format_type(k.castsource, null) || ' AS ' || format_type(k.casttarget, null) || ')', 'oid', k.oid::bigint,
    'owner', pg_get_userbyid((select typowner from pg_type where oid = k.castsource)), 'rows', 0, 'bytes', 0, 'depth', 0)) as fixture
from (${wanted}) w join pg_cast k on k.oid = w.oid`;
    case "pg_operator":
      return `select json_build_object(${common(catalog, "o.oid")}, 'kind', 'operator', 'comment', obj_description(o.oid, 'pg_operator'),
  'name', o.oprname, 'left', format_type(nullif(o.oprleft, 0), null), 'right', format_type(o.oprright, null),
  'options', concat_ws(', ', 'FUNCTION = ' || o.oprcode, 'LEFTARG = ' || format_type(nullif(o.oprleft, 0), null),
    'RIGHTARG = ' || format_type(o.oprright, null), 'COMMUTATOR = ' || ${operatorName("o.oprcom")}, 'NEGATOR = ' || ${operatorName("o.oprnegate")},
    'RESTRICT = ' || nullif(o.oprrest::oid, 0)::regproc, 'JOIN = ' || nullif(o.oprjoin::oid, 0)::regproc,
    case when o.oprcanhash then 'HASHES' end, case when o.oprcanmerge then 'MERGES' end),
  'host', json_build_object('kind', 'operator', 'schema', n.nspname, 'name', o.oprname || '('
    || coalesce(format_type(nullif(o.oprleft, 0), null), 'NONE') || ',' || format_type(o.oprright, null) || ')', 'oid', o.oid::bigint,
    'owner', pg_get_userbyid(o.oprowner), 'rows', 0, 'bytes', 0, 'depth', 0)) as fixture
from (${wanted}) w join pg_operator o on o.oid = w.oid join pg_namespace n on n.oid = o.oprnamespace`;
    default:
      return null;
  }
}

/** As CREATE OPERATOR takes it. */
function operatorName(oid: string): string {
  return `(select 'OPERATOR(' || quote_ident(pn.nspname) || '.' || p.oprname || ')' from pg_operator p
    join pg_namespace pn on pn.oid = p.oprnamespace where p.oid = ${oid})`;
}
