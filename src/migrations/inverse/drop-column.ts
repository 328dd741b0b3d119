/** DROP COLUMN: the column comes back as it was, at the end and empty, with what went with it. */
import { quoteLiteral } from "../../../graph/quote.ts";
import { type Altered, alterColumn, columnOf, fromColumn } from "./altered.ts";
import { type Answer, askBefore } from "./answer.ts";
import { identityOf, printed, withOptions } from "./catalog-rows.ts";
import { compressionWord, defaultText, storageWord } from "./column-text.ts";
import { identityOptions } from "./identity-column.ts";
import { regclass } from "./names.ts";
import { grantsJson } from "./owned.ts";
import { attributeText } from "./print-other.ts";
import { printSequence } from "./print-relation.ts";

export function undoDropColumn(altered: Altered): Answer {
  const { type, name, alter, command } = altered;
  const column = columnOf(altered);
  const isType = type === "OBJECT_TYPE";
  const from = fromColumn(altered);
  const loses = quoteLiteral(
    `the values of ${isType ? "attribute" : "column"} ${column} of ${name}, and its place among the others`,
  );
  const needed = `SELECT 0 AS step, NULL AS sql, NULL AS loses, ${quoteLiteral(`CASCADE takes along what needs column ${column} of ${name}`)} AS reason, NULL::pg_catalog.jsonb AS acl ${from}
AND EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype = 'n')`;
  const row = (step: number, sql: string, where: string, source = from) =>
    `SELECT ${step}, ${sql}, NULL, NULL, NULL::pg_catalog.jsonb ${source} AND ${where}`;
  const cascade = isType && command.behavior === "DROP_CASCADE" ? " || ' CASCADE'" : "";
  const add = isType
    ? `SELECT 1 AS step, ${quoteLiteral(`${alter} ADD ATTRIBUTE `)} || ${attributeText}${cascade} AS sql, ${loses} AS loses, NULL AS reason, NULL::pg_catalog.jsonb AS acl ${from}`
    : `SELECT 1 AS step, ${quoteLiteral(`${alter} ADD COLUMN `)} || ${attributeText} || ${definitionText} AS sql, ${loses} AS loses, NULL AS reason, NULL::pg_catalog.jsonb AS acl ${from}`;
  const rest = isType
    ? []
    : [
        row(2, `${alterColumn(altered)} || 'SET STATISTICS ' || a.attstattarget`, "a.attstattarget >= 0"),
        row(
          2,
          `${alterColumn(altered)} || 'SET STORAGE ' || ${storageWord("a")}`,
          "a.attstorage <> (SELECT t.typstorage FROM pg_catalog.pg_type AS t WHERE t.oid = a.atttypid)",
        ),
        row(
          2,
          `${alterColumn(altered)} || 'SET COMPRESSION ' || ${compressionWord("a")}`,
          "a.attcompression <> ''",
        ),
        row(
          2,
          `${alterColumn(altered)} || 'SET' || pg_catalog.substr(${withOptions("a.attoptions")}, 6)`,
          "a.attoptions IS NOT NULL",
        ),
        ...goneWithIt(altered),
        `SELECT 9, NULL, NULL, NULL, pg_catalog.jsonb_build_object('on', ${quoteLiteral(`TABLE ${name}`)}, 'column', a.attname,
  'owner', (SELECT pg_catalog.pg_get_userbyid(r.relowner) FROM pg_catalog.pg_class AS r WHERE r.oid = a.attrelid), 'wanted', ${grantsJson("a.attacl")}, 'present', '[]'::pg_catalog.jsonb) ${from} AND a.attacl IS NOT NULL`,
      ];
  const comment = row(
    8,
    `${quoteLiteral(`COMMENT ON COLUMN ${name}.${column} IS `)} || pg_catalog.quote_literal(pg_catalog.col_description(a.attrelid, a.attnum))`,
    "pg_catalog.col_description(a.attrelid, a.attnum) IS NOT NULL",
  );
  const first = command.behavior === "DROP_CASCADE" && !isType ? [needed, add] : [add];
  return askBefore(
    `SELECT * FROM (${[...first, comment, ...rest].join("\nUNION ALL\n")}) AS steps ORDER BY step, sql`,
  );
}

/** NOT NULL that a primary key implies stands here as well: the key is made again after it. */
const definitionText = `CASE WHEN a.attidentity <> '' THEN ' GENERATED ' || CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || ' AS IDENTITY (' || ${identityOptions("a", " ")} || ')'
  WHEN a.attgenerated = 's' THEN ' GENERATED ALWAYS AS (' || ${defaultText("a")} || ') STORED'
  WHEN a.attgenerated = 'v' THEN ' GENERATED ALWAYS AS (' || ${defaultText("a")} || ') VIRTUAL'
  WHEN a.atthasdef THEN ' DEFAULT ' || ${defaultText("a")} ELSE '' END || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END`;

/** Constraints, indexes, statistics and sequences that go with the column: https://www.postgresql.org/docs/18/sql-altertable.html */
function goneWithIt(altered: Altered): readonly string[] {
  const from = fromColumn(altered);
  const table = regclass(altered.name);
  const none = "NULL, NULL, NULL::pg_catalog.jsonb";
  const uses = (catalog: string, oid: string) =>
    `EXISTS (SELECT ${from} AND EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND d.objid = ${oid} AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum))`;
  const isIndex = (k: string) => `${k}.contype IN ('p', 'u', 'x')`;
  // Of an exclusion constraint only the index needs the columns of its expressions.
  const constraint = `FROM pg_catalog.pg_constraint AS k WHERE k.conrelid = ${table} AND k.contype <> 'n' AND (${uses("pg_constraint", "k.oid")} OR (${isIndex("k")} AND ${uses("pg_class", "k.conindid")}))`;
  const anyIndex = `FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid LEFT JOIN pg_catalog.pg_constraint AS k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND ${isIndex("k")}
WHERE i.indrelid = ${table} AND (${uses("pg_class", "i.indexrelid")} OR ${uses("pg_constraint", "k.oid")})`;
  const statistics = `FROM pg_catalog.pg_statistic_ext AS s WHERE s.stxrelid = ${table} AND ${uses("pg_statistic_ext", "s.oid")}`;
  const name = identityOf("pg_class", "i.indexrelid");
  const alter = (action: string) =>
    `${quoteLiteral(`ALTER TABLE ${altered.name} ${action} `)} || pg_catalog.quote_ident(x.relname), ${none} ${anyIndex}`;
  return [
    `SELECT 3, ${quoteLiteral(`${altered.alter} ADD CONSTRAINT `)} || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid), ${none} ${constraint}`,
    `SELECT 4, 'COMMENT ON CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ${quoteLiteral(` ON ${altered.name} IS `)} || pg_catalog.quote_literal(pg_catalog.obj_description(k.oid, 'pg_constraint')), ${none} ${constraint} AND pg_catalog.obj_description(k.oid, 'pg_constraint') IS NOT NULL`,
    `SELECT 5, pg_catalog.pg_get_indexdef(i.indexrelid), ${none} ${anyIndex} AND k.oid IS NULL`,
    `SELECT 6, 'COMMENT ON INDEX ' || ${name} || ' IS ' || pg_catalog.quote_literal(pg_catalog.obj_description(i.indexrelid, 'pg_class')), ${none} ${anyIndex} AND pg_catalog.obj_description(i.indexrelid, 'pg_class') IS NOT NULL`,
    `SELECT 6, ${alter("CLUSTER ON")} AND i.indisclustered`,
    `SELECT 6, ${alter("REPLICA IDENTITY USING INDEX")} AND i.indisreplident`,
    `SELECT 6, 'ALTER INDEX ' || ${name} || ' ALTER COLUMN ' || c.attnum || ' SET STATISTICS ' || c.attstattarget, ${none} ${anyIndex.replace("WHERE", "JOIN pg_catalog.pg_attribute AS c ON c.attrelid = i.indexrelid WHERE")} AND c.attstattarget >= 0`,
    `SELECT 7, pg_catalog.pg_get_statisticsobjdef(s.oid), ${none} ${statistics}`,
    // A sequence of its own stands before the column, whose default may name it, and belongs to it again at the end.
    `SELECT CASE WHEN q.step = 10 THEN 0 ELSE q.step END, q.sql, q.loses, q.reason, q.acl FROM (${printed(ownSequences(from), printSequence())}) AS q`,
  ];
}

/** Not that of an identity, which is made with the column. */
function ownSequences(from: string): string {
  return `SELECT d.objid AS oid ${from.replace(" WHERE ", " JOIN pg_catalog.pg_depend AS d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'a' JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = d.objid WHERE ")}`;
}
