/** What is neither a table nor an object that a component can declare, as statements: one query a class of objects. */
import type { ObjectType } from "@pgsql/types";
import { identityOf, printed, printing } from "../migrations/inverse/catalog-rows.ts";
import { printObject } from "../migrations/inverse/print-object.ts";
import type { NodeKind } from "./export-node.ts";
import { foreignOptions } from "./read-tables.ts";

export interface OtherClass {
  readonly catalog: string;
  readonly kind: NodeKind;
  /** For messages. */
  readonly noun: string;
  /** A SELECT of `oid`; members of extensions are left out by whoever asks. */
  readonly find: string;
  /** As `printObject` gives them; null: there is no statement that the export knows. */
  readonly queries: readonly string[] | null;
}

function known(type: ObjectType): readonly string[] {
  const queries = printObject(type);
  if (queries === null) throw new Error(`${type} is not printed`);
  return queries;
}

const own = (catalog: string, where = "true") =>
  `select x.oid from pg_catalog.${catalog} x where x.oid >= 16384 and ${where}`;

const identity = (catalog: string, oid = "o.oid") => identityOf(catalog, oid);

/** Where a row names no function there is none to say. */
const proc = (oid: string) => `case when ${oid} <> 0 then ${identity("pg_proc", oid)} end`;

/** Qualified, without arguments. */
const procName = (oid: string) =>
  `(select quote_ident(xn.nspname) || '.' || quote_ident(x.proname) from pg_proc x join pg_namespace xn on xn.oid = x.pronamespace where x.oid = ${oid})`;

/** As COMMUTATOR takes it; operator classes take it bare. */
const operatorName = (oid: string) => `('OPERATOR(' || ${bareOperator(oid)} || ')')`;

const bareOperator = (oid: string) =>
  `(select quote_ident(xn.nspname) || '.' || x.oprname from pg_operator x join pg_namespace xn on xn.oid = x.oprnamespace where x.oid = ${oid})`;

const printOperator = [
  printing(10, {
    sql: `'CREATE OPERATOR ' || quote_ident(n.nspname) || '.' || p.oprname || ' (FUNCTION = ' || ${procName("p.oprcode")}
      || coalesce(', LEFTARG = ' || format_type(nullif(p.oprleft, 0), null), '') || ', RIGHTARG = ' || format_type(p.oprright, null)
      || coalesce(', COMMUTATOR = ' || ${operatorName("p.oprcom")}, '') || coalesce(', NEGATOR = ' || ${operatorName("p.oprnegate")}, '')
      || coalesce(', RESTRICT = ' || ${procName("p.oprrest")}, '') || coalesce(', JOIN = ' || ${procName("p.oprjoin")}, '')
      || case when p.oprcanhash then ', HASHES' else '' end || case when p.oprcanmerge then ', MERGES' else '' end || ')'`,
    join: "join pg_operator p on p.oid = o.oid join pg_namespace n on n.oid = p.oprnamespace",
    // What another operator names as its commutator or negator stands there without a function until it is made.
    where: "p.oprcode <> 0",
  }),
];

const typesOf = (left: string, right: string) =>
  `format_type(${left}, null) || ', ' || format_type(${right}, null)`;

const printFamily = [
  printing(10, { sql: `'CREATE OPERATOR FAMILY ' || ${identity("pg_opfamily")}` }),
  // What belongs to the family and to none of its classes.
  printing(15, {
    sql: `'ALTER OPERATOR FAMILY ' || ${identity("pg_opfamily")} || ' ADD OPERATOR ' || a.amopstrategy || ' ' || ${bareOperator("a.amopopr")}
      || ' (' || ${typesOf("a.amoplefttype", "a.amoprighttype")} || ')' || case when a.amoppurpose = 'o' then ' FOR ORDER BY ' || ${identity("pg_opfamily", "a.amopsortfamily")} else '' end`,
    join: `join pg_amop a on a.amopfamily = o.oid and not exists (select from pg_depend d where d.classid = 'pg_amop'::regclass and d.objid = a.oid and d.refclassid = 'pg_opclass'::regclass)`,
  }),
  printing(16, {
    sql: `'ALTER OPERATOR FAMILY ' || ${identity("pg_opfamily")} || ' ADD FUNCTION ' || a.amprocnum || ' (' || ${typesOf("a.amproclefttype", "a.amprocrighttype")} || ') ' || ${proc("a.amproc")}`,
    join: `join pg_amproc a on a.amprocfamily = o.oid and not exists (select from pg_depend d where d.classid = 'pg_amproc'::regclass and d.objid = a.oid and d.refclassid = 'pg_opclass'::regclass)`,
  }),
];

const memberOf = (catalog: string, oid: string) =>
  `exists (select from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = ${oid} and d.refclassid = 'pg_opclass'::regclass and d.refobjid = o.oid)`;

const printClass = [
  printing(10, {
    sql: `'CREATE OPERATOR CLASS ' || quote_ident(n.nspname) || '.' || quote_ident(c.opcname) || case when c.opcdefault then ' DEFAULT' else '' end
      || ' FOR TYPE ' || format_type(c.opcintype, null) || ' USING ' || quote_ident(m.amname)
      || ' FAMILY ' || split_part(${identity("pg_opfamily", "c.opcfamily")}, ' USING ', 1) || ' AS ' || concat_ws(', ',
      (select string_agg('OPERATOR ' || a.amopstrategy || ' ' || ${bareOperator("a.amopopr")} || ' (' || ${typesOf("a.amoplefttype", "a.amoprighttype")} || ')'
         || case when a.amoppurpose = 'o' then ' FOR ORDER BY ' || split_part(${identity("pg_opfamily", "a.amopsortfamily")}, ' USING ', 1) else '' end, ', ' order by a.amopstrategy)
       from pg_amop a where ${memberOf("pg_amop", "a.oid")}),
      (select string_agg('FUNCTION ' || a.amprocnum || ' (' || ${typesOf("a.amproclefttype", "a.amprocrighttype")} || ') ' || ${proc("a.amproc")}, ', ' order by a.amprocnum)
       from pg_amproc a where ${memberOf("pg_amproc", "a.oid")}),
      case when c.opckeytype <> 0 then 'STORAGE ' || format_type(c.opckeytype, null)
        when not exists (select from pg_amop a where ${memberOf("pg_amop", "a.oid")}) and not exists (select from pg_amproc a where ${memberOf("pg_amproc", "a.oid")})
        then 'STORAGE ' || format_type(c.opcintype, null) end)`,
    join: "join pg_opclass c on c.oid = o.oid join pg_namespace n on n.oid = c.opcnamespace join pg_am m on m.oid = c.opcmethod",
  }),
];

/** Columns of pg_collation were renamed in PostgreSQL 15 and 17: they are read from the row as JSON. */
const printCollation = [
  printing(10, {
    sql: `'CREATE COLLATION ' || ${identity("pg_collation")} || ' (PROVIDER = ' || case c.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end
      || coalesce(', LOCALE = ' || quote_literal(coalesce(j ->> 'colllocale', j ->> 'colliculocale')), '')
      || case when coalesce(j ->> 'colllocale', j ->> 'colliculocale') is null then ', LC_COLLATE = ' || quote_literal(c.collcollate) || ', LC_CTYPE = ' || quote_literal(c.collctype) else '' end
      || coalesce(', RULES = ' || quote_literal(j ->> 'collicurules'), '') || case when c.collisdeterministic then '' else ', DETERMINISTIC = false' end || ')'`,
    join: "join pg_collation c on c.oid = o.oid cross join lateral to_jsonb(c) as j",
  }),
];

const printDictionary = [
  printing(10, {
    sql: `'CREATE TEXT SEARCH DICTIONARY ' || ${identity("pg_ts_dict")} || ' (TEMPLATE = ' || ${identity("pg_ts_template", "d.dicttemplate")} || coalesce(', ' || d.dictinitoption, '') || ')'`,
    join: "join pg_ts_dict d on d.oid = o.oid",
  }),
];

const printConfiguration = [
  printing(10, {
    sql: `'CREATE TEXT SEARCH CONFIGURATION ' || ${identity("pg_ts_config")} || ' (PARSER = ' || ${identity("pg_ts_parser", "c.cfgparser")} || ')'`,
    join: "join pg_ts_config c on c.oid = o.oid",
  }),
  printing(20, {
    sql: `'ALTER TEXT SEARCH CONFIGURATION ' || ${identity("pg_ts_config")} || ' ADD MAPPING FOR ' || quote_ident(m.alias) || ' WITH ' || m.dicts`,
    join: `join pg_ts_config c on c.oid = o.oid cross join lateral (select t.alias, string_agg(${identity("pg_ts_dict", "p.mapdict")}, ', ' order by p.mapseqno) as dicts
      from pg_ts_config_map p join ts_token_type(c.cfgparser) t on t.tokid = p.maptokentype where p.mapcfg = c.oid group by t.alias) m`,
  }),
];

const printWrapper = [
  printing(10, {
    sql: `'CREATE FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname) || coalesce(' HANDLER ' || ${procName("w.fdwhandler")}, '') || coalesce(' VALIDATOR ' || ${procName("w.fdwvalidator")}, '') || coalesce(' OPTIONS (' || ${foreignOptions("w.fdwoptions")} || ')', '')`,
    join: "join pg_foreign_data_wrapper w on w.oid = o.oid",
  }),
];

const printServer = [
  printing(10, {
    sql: `'CREATE SERVER ' || quote_ident(s.srvname) || coalesce(' TYPE ' || quote_literal(s.srvtype), '') || coalesce(' VERSION ' || quote_literal(s.srvversion), '')
      || ' FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname) || coalesce(' OPTIONS (' || ${foreignOptions("s.srvoptions")} || ')', '')`,
    join: "join pg_foreign_server s on s.oid = o.oid join pg_foreign_data_wrapper w on w.oid = s.srvfdw",
  }),
];

const printMapping = [
  printing(10, {
    sql: `'CREATE USER MAPPING FOR ' || case m.umuser when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(m.umuser)) end || ' SERVER ' || quote_ident(s.srvname) || coalesce(' OPTIONS (' || ${foreignOptions("m.umoptions")} || ')', '')`,
    join: "join pg_user_mapping m on m.oid = o.oid join pg_foreign_server s on s.oid = m.umserver",
  }),
];

/** Columns differ by version: the row is read as JSON, so that the same query does for all. */
function printPublication(version: number): readonly string[] {
  const attributes = `coalesce((select ' (' || string_agg(quote_ident(a.attname), ', ' order by a.attnum) || ')' from pg_attribute a where a.attrelid = r.prrelid and a.attnum = any (r.prattrs::int2[])), '')`;
  const details =
    version >= 150_000
      ? `|| ${attributes} || coalesce(' WHERE (' || pg_get_expr(r.prqual, r.prrelid) || ')', '')`
      : "";
  const schemas =
    version >= 150_000
      ? `(select 'TABLES IN SCHEMA ' || string_agg(quote_ident(n.nspname), ', ' order by n.nspname) from pg_publication_namespace s join pg_namespace n on n.oid = s.pnnspid where s.pnpubid = o.oid)`
      : "null";
  return [
    printing(10, {
      sql: `'CREATE PUBLICATION ' || quote_ident(p.pubname) || case when p.puballtables then ' FOR ALL TABLES' else coalesce(' FOR ' || nullif(concat_ws(', ',
        (select 'TABLE ' || string_agg('ONLY ' || ${identity("pg_class", "r.prrelid")} ${details}, ', ' order by r.prrelid::regclass::text) from pg_publication_rel r where r.prpubid = o.oid),
        ${schemas}), ''), '') end
        || ' WITH (publish = ' || quote_literal(concat_ws(', ', case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end, case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end))
        || case when p.pubviaroot then ', publish_via_partition_root = true' else '' end
        || case to_jsonb(p) ->> 'pubgencols' when 's' then ', publish_generated_columns = stored' else '' end || ')'`,
      join: "join pg_publication p on p.oid = o.oid",
    }),
  ];
}

/** `tables` is a condition on the row `x` of pg_class of an index or of extended statistics: what stands on a table. */
export function otherClasses(version: number): readonly OtherClass[] {
  const ofTable = (relation: string) =>
    `exists (select from pg_catalog.pg_class t where t.oid = ${relation} and t.relkind in ('r', 'p', 'f'))`;
  const unknown = (catalog: string, noun: string, where?: string): OtherClass => ({
    catalog,
    kind: "type",
    noun,
    find: own(catalog, where),
    queries: null,
  });
  return [
    {
      catalog: "pg_namespace",
      kind: "schema",
      noun: "schema",
      find: own("pg_namespace", "x.nspname !~ '^pg_'"),
      queries: known("OBJECT_SCHEMA"),
    },
    {
      catalog: "pg_extension",
      kind: "extension",
      noun: "extension",
      find: own("pg_extension"),
      queries: known("OBJECT_EXTENSION"),
    },
    {
      catalog: "pg_type",
      kind: "type",
      noun: "type",
      find: own(
        "pg_type",
        "(x.typtype in ('e', 'r') or x.typtype = 'c' and exists (select from pg_class c where c.oid = x.typrelid and c.relkind = 'c'))",
      ),
      queries: known("OBJECT_TYPE"),
    },
    {
      catalog: "pg_type",
      kind: "type",
      noun: "domain",
      find: own("pg_type", "x.typtype = 'd'"),
      queries: known("OBJECT_DOMAIN"),
    },
    unknown(
      "pg_type",
      "base type",
      "x.typtype in ('b', 'p') and not exists (select from pg_type e where e.typarray = x.oid)",
    ),
    {
      catalog: "pg_class",
      kind: "index",
      noun: "index",
      find: own(
        "pg_class",
        `x.relkind in ('i', 'I') and exists (select from pg_index i where i.indexrelid = x.oid and ${ofTable("i.indrelid")})
         and not exists (select from pg_constraint k where k.conindid = x.oid and k.contype in ('p', 'u', 'x'))`,
      ),
      queries: known("OBJECT_INDEX"),
    },
    {
      catalog: "pg_statistic_ext",
      kind: "statistics",
      noun: "statistics",
      find: own("pg_statistic_ext", ofTable("x.stxrelid")),
      queries: known("OBJECT_STATISTIC_EXT"),
    },
    {
      catalog: "pg_event_trigger",
      kind: "event trigger",
      noun: "event trigger",
      find: own("pg_event_trigger"),
      queries: known("OBJECT_EVENT_TRIGGER"),
    },
    {
      catalog: "pg_cast",
      kind: "operator",
      noun: "cast",
      find: own(
        "pg_cast",
        // That of a range to its multirange comes with the type.
        "not exists (select from pg_depend d where d.classid = 'pg_cast'::regclass and d.objid = x.oid and d.deptype = 'i')",
      ),
      queries: known("OBJECT_CAST"),
    },
    {
      catalog: "pg_operator",
      kind: "operator",
      noun: "operator",
      find: own("pg_operator"),
      queries: printOperator,
    },
    {
      catalog: "pg_opfamily",
      kind: "operator",
      noun: "operator family",
      find: own("pg_opfamily"),
      queries: printFamily,
    },
    {
      catalog: "pg_opclass",
      kind: "operator",
      noun: "operator class",
      find: own("pg_opclass"),
      queries: printClass,
    },
    {
      catalog: "pg_collation",
      kind: "type",
      noun: "collation",
      find: own("pg_collation"),
      queries: printCollation,
    },
    {
      catalog: "pg_ts_dict",
      kind: "search",
      noun: "text search dictionary",
      find: own("pg_ts_dict"),
      queries: printDictionary,
    },
    {
      catalog: "pg_ts_config",
      kind: "search",
      noun: "text search configuration",
      find: own("pg_ts_config"),
      queries: printConfiguration,
    },
    {
      catalog: "pg_foreign_data_wrapper",
      kind: "foreign",
      noun: "foreign-data wrapper",
      find: own("pg_foreign_data_wrapper"),
      queries: printWrapper,
    },
    {
      catalog: "pg_foreign_server",
      kind: "foreign",
      noun: "server",
      find: own("pg_foreign_server"),
      queries: printServer,
    },
    {
      catalog: "pg_user_mapping",
      kind: "foreign",
      noun: "user mapping",
      find: own("pg_user_mapping"),
      queries: printMapping,
    },
    {
      catalog: "pg_publication",
      kind: "publication",
      noun: "publication",
      find: own("pg_publication"),
      queries: printPublication(version),
    },
    {
      catalog: "pg_am",
      kind: "type",
      noun: "access method",
      find: own("pg_am"),
      queries: [
        printing(10, {
          sql: `'CREATE ACCESS METHOD ' || quote_ident(m.amname) || ' TYPE ' || case m.amtype when 't' then 'TABLE' else 'INDEX' end || ' HANDLER ' || ${procName("m.amhandler")}`,
          join: "join pg_am m on m.oid = o.oid",
        }),
      ],
    },
    unknown("pg_conversion", "conversion"),
    unknown("pg_language", "language"),
    unknown("pg_subscription", "subscription"),
    unknown("pg_transform", "transform"),
    unknown("pg_ts_parser", "text search parser"),
    unknown("pg_ts_template", "text search template"),
  ];
}

/** Members of extensions are the extension's. */
export function otherQuery({ catalog, find, queries }: OtherClass): string {
  const members = `select f.oid from (${find}) f where not exists (select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.${catalog}'::regclass and d.objid = f.oid and d.deptype = 'e')`;
  const named = `select r.*, r.object::int8 as oid, (pg_catalog.pg_identify_object('pg_catalog.${catalog}'::regclass, r.object, 0)).* from`;
  if (queries !== null) return `${named} (${printed(members, queries)}) r order by r.object, r.step, r.sql`;
  return `${named} (select m.oid as object, 10 as step, null as sql, null as reason, null as acl from (${members}) m) r`;
}
