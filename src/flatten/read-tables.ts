/** What the catalogs say of tables: columns, constraints, and what they inherit. */
import { quoteLiteral } from "../../graph/quote.ts";

export interface ExportedColumn {
  readonly num: number;
  readonly name: string;
  /** With its modifier. */
  readonly type: string;
  /** Qualified, where it is not the type's own. */
  readonly collation: string | null;
  readonly notNull: boolean;
  /** The oid of its default in pg_attrdef. */
  readonly defaultOid: number | null;
  readonly default: string | null;
  /** pg_attribute.attgenerated. */
  readonly generated: string;
  /** pg_attribute.attidentity. */
  readonly identity: string;
  readonly sequence: ExportedSequence | null;
  readonly local: boolean;
  readonly inherited: number;
  /** Where they are not the type's own. */
  readonly storage: string | null;
  readonly compression: string | null;
  readonly statistics: number | null;
  readonly options: string | null;
  readonly foreignOptions: string | null;
}

export interface ExportedSequence {
  readonly oid: number;
  readonly name: string;
  readonly schema: string;
  readonly type: string;
  readonly increment: string;
  readonly min: string;
  readonly max: string;
  readonly start: string;
  readonly cache: string;
  readonly cycle: boolean;
  readonly unlogged: boolean;
}

export interface ExportedConstraint {
  readonly oid: number;
  readonly name: string;
  /** pg_constraint.contype. */
  readonly type: string;
  readonly definition: string;
  readonly validated: boolean;
  readonly local: boolean;
  readonly inherited: number;
  readonly hasParent: boolean;
  /** The numbers of its columns. */
  readonly columns: readonly number[];
  readonly index: number;
  /** Storage parameters of the index, which the definition leaves out, and where it lies. */
  readonly indexOptions: string | null;
  readonly indexSpace: string | null;
  /** Qualified. */
  readonly indexName: string | null;
  readonly clustered: boolean;
  readonly replica: boolean;
}

export interface ExportedTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** pg_class.relkind: `r`, `p` or `f`. */
  readonly kind: string;
  readonly unlogged: boolean;
  readonly options: string | null;
  readonly ofType: string | null;
  readonly accessMethod: string | null;
  readonly tablespace: string | null;
  readonly rowSecurity: boolean;
  readonly forced: boolean;
  readonly replica: string;
  readonly partitionKey: string | null;
  readonly bound: string | null;
  /** Qualified and quoted, with their oids. */
  readonly parents: readonly (readonly [string, number])[];
  readonly server: string | null;
  readonly foreignOptions: string | null;
  readonly columns: readonly ExportedColumn[];
  readonly constraints: readonly ExportedConstraint[];
}

/** Options of foreign data, as they stand in parentheses. */
export function foreignOptions(column: string): string {
  return `(select string_agg(quote_ident(o.option_name) || ' ' || quote_literal(o.option_value), ', ') from pg_options_to_table(${column}) o)`;
}

/** Storage parameters, as they stand in parentheses. */
function storageOptions(column: string, prefix = ""): string {
  return `(select string_agg(${quoteLiteral(prefix)} || split_part(x, '=', 1) || '=' || quote_literal(substr(x, strpos(x, '=') + 1)), ', ' order by x) from unnest(${column}) x)`;
}

function qualified(schema: string, name: string): string {
  return `quote_ident(${schema}) || '.' || quote_ident(${name})`;
}

export const sequenceJson = `json_build_object('oid', c.oid::int8, 'name', c.relname, 'schema', n.nspname, 'type', format_type(s.seqtypid, null),
  'increment', s.seqincrement::text, 'min', s.seqmin::text, 'max', s.seqmax::text, 'start', s.seqstart::text, 'cache', s.seqcache::text,
  'cycle', s.seqcycle, 'unlogged', c.relpersistence = 'u')`;

const columns = `(select coalesce(json_agg(json_build_object('num', a.attnum, 'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
    'collation', (select ${qualified("cn.nspname", "co.collname")} from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace
      where co.oid = a.attcollation and a.attcollation <> y.typcollation),
    'notNull', a.attnotnull, 'defaultOid', d.oid::int8, 'default', pg_get_expr(d.adbin, d.adrelid), 'generated', a.attgenerated, 'identity', a.attidentity,
    'sequence', (select ${sequenceJson} from pg_depend x join pg_class c on c.oid = x.objid join pg_namespace n on n.oid = c.relnamespace
      join pg_sequence s on s.seqrelid = c.oid
      where x.classid = 'pg_class'::regclass and x.refclassid = 'pg_class'::regclass and x.refobjid = a.attrelid and x.refobjsubid = a.attnum and x.deptype = 'i'),
    'local', a.attislocal, 'inherited', a.attinhcount,
    'storage', case when a.attstorage <> y.typstorage then case a.attstorage when 'p' then 'PLAIN' when 'e' then 'EXTERNAL' when 'x' then 'EXTENDED' else 'MAIN' end end,
    'compression', case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end,
    'statistics', nullif(a.attstattarget, -1), 'options', array_to_string(a.attoptions, ', '), 'foreignOptions', ${foreignOptions("a.attfdwoptions")}) order by a.attnum), '[]')
  from pg_attribute a join pg_type y on y.oid = a.atttypid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped)`;

const constraints = `(select coalesce(json_agg(json_build_object('oid', k.oid::int8, 'name', k.conname, 'type', k.contype, 'definition', pg_get_constraintdef(k.oid),
    'validated', k.convalidated, 'local', k.conislocal, 'inherited', k.coninhcount, 'hasParent', k.conparentid <> 0, 'columns', coalesce(k.conkey, '{}'),
    'index', k.conindid::int8,
    'indexOptions', ${storageOptions("x.reloptions")}, 'indexName', ${qualified("xn.nspname", "x.relname")},
    'indexSpace', (select quote_ident(s.spcname) from pg_tablespace s where s.oid = x.reltablespace), 'clustered', coalesce(i.indisclustered, false), 'replica', coalesce(i.indisreplident, false)) order by k.contype <> 'p', k.conname), '[]')
  from pg_constraint k left join pg_index i on i.indexrelid = k.conindid and k.contype in ('p', 'u', 'x')
    left join pg_class x on x.oid = i.indexrelid left join pg_namespace xn on xn.oid = x.relnamespace
  where k.conrelid = r.oid and k.contype <> 't')`;

/** `where` is a condition on the row `r` of pg_class. */
export function tablesQuery(where: string): string {
  return `select json_build_object('oid', r.oid::int8, 'schema', rn.nspname, 'name', r.relname, 'kind', r.relkind, 'unlogged', r.relpersistence = 'u',
    'options', nullif(concat_ws(', ', ${storageOptions("r.reloptions")},
      (select ${storageOptions("t.reloptions", "toast.")} from pg_class t where t.oid = r.reltoastrelid)), ''),
    'ofType', case when r.reloftype <> 0 then format_type(r.reloftype, null) end,
    'accessMethod', (select quote_ident(m.amname) from pg_am m where m.oid = r.relam and m.amname <> current_setting('default_table_access_method')),
    'tablespace', (select quote_ident(s.spcname) from pg_tablespace s where s.oid = r.reltablespace),
    'rowSecurity', r.relrowsecurity, 'forced', r.relforcerowsecurity, 'replica', r.relreplident,
    'partitionKey', pg_get_partkeydef(r.oid), 'bound', pg_get_expr(r.relpartbound, r.oid),
    'parents', (select coalesce(json_agg(json_build_array(${qualified("pn.nspname", "p.relname")}, p.oid::int8) order by h.inhseqno), '[]')
      from pg_inherits h join pg_class p on p.oid = h.inhparent join pg_namespace pn on pn.oid = p.relnamespace where h.inhrelid = r.oid),
    'server', (select quote_ident(s.srvname) from pg_foreign_table f join pg_foreign_server s on s.oid = f.ftserver where f.ftrelid = r.oid),
    'foreignOptions', (select ${foreignOptions("f.ftoptions")} from pg_foreign_table f where f.ftrelid = r.oid),
    'columns', ${columns}, 'constraints', ${constraints}) as item
  from pg_class r join pg_namespace rn on rn.oid = r.relnamespace where r.relkind in ('r', 'p', 'f') and ${where}`;
}
