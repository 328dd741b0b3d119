/** Routines, types, domains, schemas and the like, printed from the catalog. */
import { attachments, commentRow, identityOf, printing } from "./catalog-rows.ts";

/** https://www.postgresql.org/docs/18/functions-info.html: pg_get_functiondef prints all but aggregates. */
export function printRoutine(noun: "FUNCTION" | "PROCEDURE"): readonly string[] {
  const join = "JOIN pg_catalog.pg_proc AS p ON p.oid = o.oid";
  return [
    printing(10, {
      sql: "pg_catalog.rtrim(CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(o.oid) END, E'\\n')",
      reason: `CASE WHEN p.prokind = 'a' THEN 'the catalog does not print aggregate ' || ${identityOf("pg_proc")} END`,
      join,
    }),
    ...attachments({ catalog: "pg_proc", noun, grantNoun: noun, owned: true }),
  ];
}

const type = identityOf("pg_type");
const joinType = "JOIN pg_catalog.pg_type AS t ON t.oid = o.oid";

/** An attribute or column: its name, type and collation where that is not the type's own. */
export const attributeText = `pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod) || ${collationText("a.attcollation", "a.atttypid")}`;

export function collationText(collation: string, typeOid: string): string {
  return `COALESCE((SELECT ' COLLATE ' || ${identityOf("pg_collation", "y.oid")} FROM pg_catalog.pg_collation AS y, pg_catalog.pg_type AS z WHERE y.oid = ${collation} AND z.oid = ${typeOid} AND y.oid <> z.typcollation), '')`;
}

/** Enumerations, composite types and ranges without functions of their own; base types have none but C functions. */
export function printType(): readonly string[] {
  return [
    printing(10, {
      sql: `'CREATE TYPE ' || ${type} || ' AS ENUM (' || COALESCE((SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = o.oid), '') || ')'`,
      join: joinType,
      where: "t.typtype = 'e'",
    }),
    printing(10, {
      sql: `'CREATE TYPE ' || ${type} || ' AS (' || COALESCE((SELECT pg_catalog.string_agg(${attributeText}, ', ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '') || ')'`,
      join: joinType,
      where: "t.typtype = 'c'",
    }),
    printing(11, {
      sql: `'COMMENT ON COLUMN ' || ${type} || '.' || pg_catalog.quote_ident(a.attname) || ' IS ' || pg_catalog.quote_literal(pg_catalog.col_description(a.attrelid, a.attnum))`,
      join: `${joinType} JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.typrelid AND a.attnum > 0`,
      where: "t.typtype = 'c'",
    }),
    printing(10, {
      sql: `'CREATE TYPE ' || ${type} || ' AS RANGE (SUBTYPE = ' || pg_catalog.format_type(r.rngsubtype, NULL)
|| ', SUBTYPE_OPCLASS = ' || pg_catalog.split_part(${identityOf("pg_opclass", "r.rngsubopc")}, ' USING ', 1)
|| CASE WHEN r.rngcollation <> 0 THEN ', COLLATION = ' || ${identityOf("pg_collation", "r.rngcollation")} ELSE '' END
|| CASE WHEN r.rngsubdiff <> 0 THEN ', SUBTYPE_DIFF = ' || r.rngsubdiff::pg_catalog.regproc ELSE '' END
|| ', MULTIRANGE_TYPE_NAME = ' || ${identityOf("pg_type", "r.rngmultitypid")} || ')'`,
      reason: `CASE WHEN r.rngcanonical <> 0 THEN 'range ' || ${type} || ' has a canonical function, which is made before it' END`,
      join: `${joinType} JOIN pg_catalog.pg_range AS r ON r.rngtypid = o.oid`,
    }),
    printing(10, {
      reason: `'base type ' || ${type} || ' is made of functions that are made before it'`,
      join: joinType,
      where: "t.typtype NOT IN ('e', 'c', 'r')",
    }),
    ...attachments({ catalog: "pg_type", noun: "TYPE", grantNoun: "TYPE", owned: true }),
  ];
}

/** Since 17 NOT NULL is a constraint as well; it stands in the type. */
export function printDomain(): readonly string[] {
  const checks = "JOIN pg_catalog.pg_constraint AS k ON k.contypid = o.oid AND k.contype = 'c'";
  return [
    printing(10, {
      sql: `'CREATE DOMAIN ' || ${type} || ' AS ' || pg_catalog.format_type(t.typbasetype, t.typtypmod) || ${collationText("t.typcollation", "t.typbasetype")} || COALESCE(' DEFAULT ' || t.typdefault, '') || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
|| COALESCE((SELECT pg_catalog.string_agg(' CONSTRAINT ' || pg_catalog.quote_ident(c.conname) || ' ' || pg_catalog.pg_get_constraintdef(c.oid), '' ORDER BY c.conname) FROM pg_catalog.pg_constraint AS c WHERE c.contypid = o.oid AND c.contype = 'c' AND c.convalidated), '')`,
      join: joinType,
    }),
    printing(11, {
      sql: `'ALTER DOMAIN ' || ${type} || ' ADD CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid)`,
      join: checks,
      where: "NOT k.convalidated",
    }),
    commentRow(
      12,
      "pg_constraint",
      "k.oid",
      `'CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' ON DOMAIN ' || ${type}`,
      checks,
    ),
    ...attachments({ catalog: "pg_type", noun: "DOMAIN", grantNoun: "TYPE", owned: true }),
  ];
}

export function printSchema(): readonly string[] {
  return [
    printing(10, { sql: `'CREATE SCHEMA ' || ${identityOf("pg_namespace")}` }),
    ...attachments({ catalog: "pg_namespace", noun: "SCHEMA", grantNoun: "SCHEMA", owned: true }),
  ];
}

export function printExtension(): readonly string[] {
  return [
    printing(10, {
      sql: `'CREATE EXTENSION ' || pg_catalog.quote_ident(e.extname) || ' SCHEMA ' || pg_catalog.quote_ident(n.nspname) || CASE WHEN e.extversion <> v.default_version THEN ' VERSION ' || pg_catalog.quote_literal(e.extversion) ELSE '' END`,
      loses: `CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_class AS c ON c.oid = d.objid AND c.relkind IN ('r', 'p') WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.refobjid = o.oid AND d.deptype = 'e') THEN 'the rows of the tables of extension ' || pg_catalog.quote_ident(e.extname) END`,
      join: "JOIN pg_catalog.pg_extension AS e ON e.oid = o.oid JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace JOIN pg_catalog.pg_available_extensions AS v ON v.name = e.extname",
    }),
    commentRow(80, "pg_extension", "o.oid", `'EXTENSION ' || ${identityOf("pg_extension")}`),
  ];
}

export function printStatistics(): readonly string[] {
  return [
    printing(10, { sql: "pg_catalog.pg_get_statisticsobjdef(o.oid)" }),
    printing(20, {
      sql: `'ALTER STATISTICS ' || ${identityOf("pg_statistic_ext")} || ' SET STATISTICS ' || s.stxstattarget`,
      join: "JOIN pg_catalog.pg_statistic_ext AS s ON s.oid = o.oid",
      where: "s.stxstattarget >= 0",
    }),
    ...attachments({ catalog: "pg_statistic_ext", noun: "STATISTICS", grantNoun: null, owned: true }),
  ];
}

export function printEventTrigger(): readonly string[] {
  return [
    printing(10, {
      sql: `'CREATE EVENT TRIGGER ' || pg_catalog.quote_ident(e.evtname) || ' ON ' || e.evtevent || COALESCE(' WHEN tag IN (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(x), ', ') FROM pg_catalog.unnest(e.evttags) AS x) || ')', '') || ' EXECUTE FUNCTION ' || e.evtfoid::pg_catalog.regproc || '()'`,
      join: "JOIN pg_catalog.pg_event_trigger AS e ON e.oid = o.oid",
    }),
    printing(20, {
      sql: `'ALTER EVENT TRIGGER ' || pg_catalog.quote_ident(e.evtname) || CASE e.evtenabled WHEN 'D' THEN ' DISABLE' WHEN 'R' THEN ' ENABLE REPLICA' WHEN 'A' THEN ' ENABLE ALWAYS' END`,
      join: "JOIN pg_catalog.pg_event_trigger AS e ON e.oid = o.oid",
    }),
    ...attachments({ catalog: "pg_event_trigger", noun: "EVENT TRIGGER", grantNoun: null, owned: true }),
  ];
}

export function printCast(): readonly string[] {
  return [
    printing(10, {
      sql: `'CREATE CAST ' || ${identityOf("pg_cast")} || CASE c.castmethod WHEN 'f' THEN ' WITH FUNCTION ' || c.castfunc::pg_catalog.regprocedure WHEN 'i' THEN ' WITH INOUT' ELSE ' WITHOUT FUNCTION' END || CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END`,
      join: "JOIN pg_catalog.pg_cast AS c ON c.oid = o.oid",
    }),
    commentRow(80, "pg_cast", "o.oid", `'CAST ' || ${identityOf("pg_cast")}`),
  ];
}
