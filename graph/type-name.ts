/** The names of types as format_type prints them, so that one signature has one identity however it is written. */
import { quoteIdentifier, quoteName } from "./quote.ts";
import type { TypeReference } from "./reference.ts";

/**
 * What format_type(oid, NULL) says of the argument type with nothing but pg_catalog on the search_path.
 * A type that is not built in is taken to be in `schema` unless it names its own: provisional until the catalog is asked.
 */
export function argumentTypeName(type: TypeReference, schema: string): string {
  const builtin = builtinTypeName(type);
  if (builtin !== null) return builtin;
  const name = quoteName(type.schema ?? schema, type.name);
  const whole = type.column === undefined ? name : `${name}.${quoteIdentifier(type.column)}%TYPE`;
  return type.array ? `${whole}[]` : whole;
}

/** The canonical name of a type of pg_catalog; null for any other. */
export function builtinTypeName(type: TypeReference): string | null {
  if (type.column !== undefined) return null;
  if (type.schema !== null && type.schema !== "pg_catalog") return null;
  const element = builtinElement(type.name);
  if (element === null) return null;
  const array = type.array || element !== type.name;
  const name = canonicalNames.get(element) ?? element;
  return array ? `${name}[]` : name;
}

/**
 * Reads a type as it stands inside a string: `'f(int, text[])'::regprocedure`. Modifiers are dropped.
 * Null where it is no type name.
 */
export function typeFromText(text: string): TypeReference | null {
  const match =
    /^\s*(.*?)\s*(?:\(\s*\d+(?:\s*,\s*-?\d+)*\s*\))?\s*((?:with|without)\s+time\s+zone)?\s*((?:\[\d*\]\s*)*)$/is.exec(
      text,
    );
  if (match === null) return null;
  const base = match[1] ?? "";
  const array = (match[3] ?? "") !== "";
  const words = [base, match[2] ?? ""].join(" ").trim().toLowerCase().replace(/\s+/g, " ");
  const builtin = spellings.get(words);
  if (builtin !== undefined) return { schema: "pg_catalog", name: builtin, array };
  const parts = splitQualifiedName(base);
  const name = parts?.at(-1);
  if (parts === null || name === undefined) return null;
  return { schema: parts.at(-2) ?? null, name, array };
}

/** `s."V"` to ["s", "V"], folding case as PostgreSQL does; null where the text is no qualified name. */
export function splitQualifiedName(text: string): readonly string[] | null {
  const part = /\s*(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*))\s*(\.|$)/uy;
  const parts: string[] = [];
  for (;;) {
    const match = part.exec(text);
    if (match === null) return null;
    parts.push(
      match[1]?.replaceAll('""', '"') ?? (match[2] ?? "").replace(/[A-Z]+/g, (upper) => upper.toLowerCase()),
    );
    if (match[3] === "") return parts;
  }
}

/** True for the catalogs and their views, which stand before every other schema of the search_path. */
export function isCatalogRelation(name: string): boolean {
  return name.startsWith("pg_") && builtinTypes.has(name);
}

function builtinElement(name: string): string | null {
  if (builtinTypes.has(name)) return name;
  const element = name.slice(1);
  return name.startsWith("_") && builtinTypes.has(element) ? element : null;
}

/** Types of pg_catalog whose name for people is another. */
const canonicalNames: ReadonlyMap<string, string> = new Map([
  ["any", '"any"'],
  ["bool", "boolean"],
  ["bpchar", "character"],
  ["char", '"char"'],
  ["float4", "real"],
  ["float8", "double precision"],
  ["int2", "smallint"],
  ["int4", "integer"],
  ["int8", "bigint"],
  ["time", "time without time zone"],
  ["timestamp", "timestamp without time zone"],
  ["timestamptz", "timestamp with time zone"],
  ["timetz", "time with time zone"],
  ["varbit", "bit varying"],
  ["varchar", "character varying"],
]);

/** How the grammar spells types by keyword. */
const spellings: ReadonlyMap<string, string> = new Map([
  ...[...canonicalNames].map(([name, spelling]): [string, string] => [spelling, name]),
  ["char", "bpchar"],
  ["char varying", "varchar"],
  ["nchar", "bpchar"],
  ["nchar varying", "varchar"],
  ["national char", "bpchar"],
  ["national char varying", "varchar"],
  ["national character", "bpchar"],
  ["national character varying", "varchar"],
  ["dec", "numeric"],
  ["decimal", "numeric"],
  ["float", "float8"],
  ["int", "int4"],
]);

/** The types of pg_catalog in PostgreSQL 18 but for array types: pg_type.typname. */
const builtinTypes: ReadonlySet<string> = new Set(
  "aclitem any anyarray anycompatible anycompatiblearray anycompatiblemultirange anycompatiblenonarray anycompatiblerange anyelement anyenum anymultirange anynonarray anyrange bit bool box bpchar bytea char cid cidr circle cstring date datemultirange daterange event_trigger fdw_handler float4 float8 gtsvector index_am_handler inet int2 int2vector int4 int4multirange int4range int8 int8multirange int8range internal interval json jsonb jsonpath language_handler line lseg macaddr macaddr8 money name numeric nummultirange numrange oid oidvector path pg_aggregate pg_aios pg_am pg_amop pg_amproc pg_attrdef pg_attribute pg_auth_members pg_authid pg_available_extension_versions pg_available_extensions pg_backend_memory_contexts pg_brin_bloom_summary pg_brin_minmax_multi_summary pg_cast pg_class pg_collation pg_config pg_constraint pg_conversion pg_cursors pg_database pg_db_role_setting pg_ddl_command pg_default_acl pg_depend pg_dependencies pg_description pg_enum pg_event_trigger pg_extension pg_file_settings pg_foreign_data_wrapper pg_foreign_server pg_foreign_table pg_group pg_hba_file_rules pg_ident_file_mappings pg_index pg_indexes pg_inherits pg_init_privs pg_language pg_largeobject pg_largeobject_metadata pg_locks pg_lsn pg_matviews pg_mcv_list pg_namespace pg_ndistinct pg_node_tree pg_opclass pg_operator pg_opfamily pg_parameter_acl pg_partitioned_table pg_policies pg_policy pg_prepared_statements pg_prepared_xacts pg_proc pg_publication pg_publication_namespace pg_publication_rel pg_publication_tables pg_range pg_replication_origin pg_replication_origin_status pg_replication_slots pg_rewrite pg_roles pg_rules pg_seclabel pg_seclabels pg_sequence pg_sequences pg_settings pg_shadow pg_shdepend pg_shdescription pg_shmem_allocations pg_shmem_allocations_numa pg_shseclabel pg_snapshot pg_stat_activity pg_stat_all_indexes pg_stat_all_tables pg_stat_archiver pg_stat_bgwriter pg_stat_checkpointer pg_stat_database pg_stat_database_conflicts pg_stat_gssapi pg_stat_io pg_stat_progress_analyze pg_stat_progress_basebackup pg_stat_progress_cluster pg_stat_progress_copy pg_stat_progress_create_index pg_stat_progress_vacuum pg_stat_recovery_prefetch pg_stat_replication pg_stat_replication_slots pg_stat_slru pg_stat_ssl pg_stat_subscription pg_stat_subscription_stats pg_stat_sys_indexes pg_stat_sys_tables pg_stat_user_functions pg_stat_user_indexes pg_stat_user_tables pg_stat_wal pg_stat_wal_receiver pg_stat_xact_all_tables pg_stat_xact_sys_tables pg_stat_xact_user_functions pg_stat_xact_user_tables pg_statio_all_indexes pg_statio_all_sequences pg_statio_all_tables pg_statio_sys_indexes pg_statio_sys_sequences pg_statio_sys_tables pg_statio_user_indexes pg_statio_user_sequences pg_statio_user_tables pg_statistic pg_statistic_ext pg_statistic_ext_data pg_stats pg_stats_ext pg_stats_ext_exprs pg_subscription pg_subscription_rel pg_tables pg_tablespace pg_timezone_abbrevs pg_timezone_names pg_transform pg_trigger pg_ts_config pg_ts_config_map pg_ts_dict pg_ts_parser pg_ts_template pg_type pg_user pg_user_mapping pg_user_mappings pg_views pg_wait_events point polygon record refcursor regclass regcollation regconfig regdictionary regnamespace regoper regoperator regproc regprocedure regrole regtype table_am_handler text tid time timestamp timestamptz timetz trigger tsm_handler tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot unknown uuid varbit varchar void xid xid8 xml".split(
    " ",
  ),
);
