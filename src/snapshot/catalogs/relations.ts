/** The catalogs of relations, their columns, indexes, statistics, constraints and row types. */
import {
  acl,
  type Catalog,
  columnNames,
  defines,
  deparsed,
  expression,
  inName,
  inVersions,
  leftOut,
  named,
  namedEach,
  nameOf,
  role,
  same,
  since,
  sorted,
} from "../treatment.ts";

const estimate = leftOut("what the last VACUUM or ANALYZE saw");
const lazy = leftOut("true also where there was one once; the parts themselves are compared");
const ofType = leftOut("a copy of what the type says");
const notToast = "relnamespace <> 'pg_toast'::regnamespace";

/** The index's table, the relation itself otherwise. */
const relationOf = (oid: string) =>
  nameOf("pg_class", `coalesce((select x.indrelid from pg_index x where x.indexrelid = ${oid}), ${oid})`);

export const pgClass: Catalog = {
  object: nameOf("pg_class", "r.oid"),
  anchor: relationOf("r.oid"),
  where: `r.oid >= 16384 and r.${notToast}`,
  columns: {
    oid: inName,
    relname: inName,
    relnamespace: inName,
    reltype: defines(named("pg_type")),
    reloftype: defines(named("pg_type")),
    relowner: role,
    relam: named("pg_am"),
    relfilenode: leftOut("where the rows lie"),
    reltablespace: named("pg_tablespace"),
    relpages: estimate,
    reltuples: estimate,
    relallvisible: estimate,
    relallfrozen: since(18, estimate),
    reltoastrelid: expression(
      "(select string_agg(o, ', ' order by o) from pg_class t, unnest(t.reloptions) o where t.oid = COLUMN)",
    ),
    relhasindex: lazy,
    relisshared: same,
    relpersistence: same,
    relkind: defines(same),
    relnatts: leftOut("counts columns that are gone too; the columns themselves are compared"),
    relchecks: same,
    relhasrules: lazy,
    relhastriggers: lazy,
    relhassubclass: lazy,
    relrowsecurity: same,
    relforcerowsecurity: same,
    relispopulated: same,
    relreplident: same,
    relispartition: same,
    relrewrite: leftOut("holds only while a statement rewrites the relation"),
    relfrozenxid: leftOut("of the stored rows"),
    relminmxid: leftOut("of the stored rows"),
    relacl: acl("acldefault(case r.relkind when 'S' then 's' else 'r' end::\"char\", r.relowner)"),
    reloptions: sorted,
    relpartbound: deparsed("r.oid"),
  },
};

export const pgAttribute: Catalog = {
  object: nameOf("pg_class", "r.attrelid"),
  part: "'column ' || r.attname || ' '",
  where: `r.attrelid >= 16384 and r.attnum > 0 and not r.attisdropped
    and exists (select from pg_class c where c.oid = r.attrelid and c.${notToast})`,
  columns: {
    attrelid: inName,
    attname: inName,
    atttypid: defines(expression("format_type(COLUMN, r.atttypmod)")),
    attstattarget: expression("nullif(COLUMN, -1)::text"),
    attlen: ofType,
    attnum: defines(
      expression(
        `(select count(*) from pg_attribute b where b.attrelid = r.attrelid and b.attnum between 1 and COLUMN
           and not b.attisdropped)::text`,
      ),
    ),
    attndims: defines(same),
    attcacheoff: inVersions(0, 17, leftOut("always -1 on disk")),
    atttypmod: leftOut("compared with the type"),
    attbyval: ofType,
    attalign: ofType,
    attstorage: expression(
      "(select nullif(COLUMN, y.typstorage)::text from pg_type y where y.oid = r.atttypid)",
    ),
    attcompression: same,
    attnotnull: same,
    atthasdef: same,
    atthasmissing: same,
    attidentity: same,
    attgenerated: same,
    attisdropped: leftOut("columns that are gone are not compared"),
    attislocal: same,
    attinhcount: same,
    attcollation: defines(named("pg_collation")),
    attacl: acl("null"),
    attoptions: sorted,
    attfdwoptions: sorted,
    attmissingval: same,
  },
};

export const pgAttrdef: Catalog = {
  object: nameOf("pg_class", "r.adrelid"),
  part: "(select 'column ' || a.attname || ' ' from pg_attribute a where a.attrelid = r.adrelid and a.attnum = r.adnum)",
  where: "r.oid >= 16384",
  columns: {
    oid: inName,
    adrelid: inName,
    adnum: inName,
    adbin: deparsed("r.adrelid"),
  },
};

export const pgIndex: Catalog = {
  object: nameOf("pg_class", "r.indexrelid"),
  where: `r.indexrelid >= 16384 and exists (select from pg_class c where c.oid = r.indexrelid and c.${notToast})`,
  columns: {
    indexrelid: inName,
    indrelid: named("pg_class"),
    indnatts: same,
    indnkeyatts: same,
    indisunique: same,
    indnullsnotdistinct: since(15, same),
    indisprimary: same,
    indisexclusion: same,
    indimmediate: same,
    indisclustered: same,
    indisvalid: same,
    indcheckxmin: leftOut("whether old snapshots may use it yet"),
    indisready: same,
    indislive: same,
    indisreplident: same,
    indkey: defines(columnNames("r.indrelid")),
    indcollation: namedEach("pg_collation"),
    indclass: expression(
      `(select string_agg(case when o.opcdefault then 'the default' else ${nameOf("pg_opclass", "u.x")} end, ', ' order by u.n)
         from unnest(COLUMN::oid[]) with ordinality as u(x, n) join pg_opclass o on o.oid = u.x)`,
    ),
    indoption: same,
    indexprs: defines(deparsed("r.indrelid")),
    indpred: defines(deparsed("r.indrelid")),
  },
};

export const pgStatisticExt: Catalog = {
  object: nameOf("pg_statistic_ext", "r.oid"),
  anchor: nameOf("pg_class", "r.stxrelid"),
  where: "r.oid >= 16384",
  columns: {
    oid: inName,
    stxrelid: named("pg_class"),
    stxname: inName,
    stxnamespace: inName,
    stxowner: role,
    stxkeys: defines(columnNames("r.stxrelid")),
    stxstattarget: expression("nullif(COLUMN, -1)::text"),
    stxkind: sorted,
    stxexprs: defines(expression("pg_get_statisticsobjdef_expressions(r.oid)::text")),
  },
};

export const pgConstraint: Catalog = {
  object: nameOf("pg_constraint", "r.oid"),
  anchor: nameOf("pg_class", "r.conrelid"),
  where: "r.oid >= 16384",
  columns: {
    oid: inName,
    conname: inName,
    connamespace: named("pg_namespace"),
    contype: same,
    condeferrable: same,
    condeferred: same,
    conenforced: since(18, same),
    convalidated: same,
    conrelid: named("pg_class"),
    contypid: named("pg_type"),
    conindid: named("pg_class"),
    conparentid: named("pg_constraint"),
    confrelid: named("pg_class"),
    confupdtype: same,
    confdeltype: same,
    confmatchtype: same,
    conislocal: same,
    coninhcount: same,
    // Of a key it only says whether it was made before its table became a partition.
    connoinherit: expression("case when r.contype not in ('p', 'u', 'x') then COLUMN::text end"),
    conperiod: since(18, same),
    conkey: columnNames("r.conrelid"),
    confkey: columnNames("r.confrelid"),
    conpfeqop: namedEach("pg_operator"),
    conppeqop: namedEach("pg_operator"),
    conffeqop: namedEach("pg_operator"),
    confdelsetcols: since(15, columnNames("r.conrelid")),
    conexclop: namedEach("pg_operator"),
    conbin: deparsed("r.conrelid"),
  },
};

export const pgType: Catalog = {
  object: nameOf("pg_type", "r.oid"),
  anchor: nameOf(
    "pg_class",
    "coalesce(nullif(r.typrelid, 0), (select e.typrelid from pg_type e where e.oid = r.typelem), 0)",
  ),
  where: `r.oid >= 16384 and r.typnamespace <> 'pg_toast'::regnamespace`,
  columns: {
    oid: inName,
    typname: inName,
    typnamespace: inName,
    typowner: role,
    typlen: same,
    typbyval: same,
    typtype: same,
    typcategory: same,
    typispreferred: same,
    typisdefined: same,
    typdelim: same,
    typrelid: named("pg_class"),
    typsubscript: same,
    typelem: named("pg_type"),
    typarray: named("pg_type"),
    typinput: same,
    typoutput: same,
    typreceive: same,
    typsend: same,
    typmodin: same,
    typmodout: same,
    typanalyze: same,
    typalign: same,
    typstorage: same,
    typnotnull: same,
    typbasetype: named("pg_type"),
    typtypmod: same,
    typndims: same,
    typcollation: named("pg_collation"),
    typdefaultbin: leftOut("typdefault holds its text"),
    typdefault: same,
    typacl: acl("acldefault('T', r.typowner)"),
  },
};
