/** A table as statements: CREATE TABLE with all that can stand inside, and what must follow it. */
import { quoteIdentifier, quoteName } from "../../graph/quote.ts";
import { type ExportNode, rowId } from "./export-node.ts";
import { printSequence } from "./print-sequence.ts";
import type { ExportedColumn, ExportedConstraint, ExportedTable } from "./read-tables.ts";

/** What stands inside CREATE TABLE unless something that it needs must follow the table. */
export interface TablePart {
  readonly id: string;
  readonly node: ExportNode;
}

export interface TableParts {
  /** Ids of what can stand inside or apart. */
  readonly movable: readonly TablePart[];
  /** What never stands inside: foreign keys, constraints that are not validated, the link to a partitioned table. */
  readonly apart: readonly ExportNode[];
}

export function tableId({ oid }: Pick<ExportedTable, "oid">): string {
  return rowId("pg_class", oid);
}

export function constraintId({ oid }: ExportedConstraint): string {
  return rowId("pg_constraint", oid);
}

export function partsOf(table: ExportedTable): TableParts {
  const name = quoteName(table.schema, table.name);
  const alter = `ALTER ${table.kind === "f" ? "FOREIGN " : ""}TABLE ONLY ${name}`;
  const needs = [tableId(table)];
  const movable: TablePart[] = [];
  const apart: ExportNode[] = [];
  for (const column of table.columns) {
    if (column.default === null || column.defaultOid === null || column.generated !== "") continue;
    const id = rowId("pg_attrdef", column.defaultOid);
    const sql = [`${alter} ALTER COLUMN ${quoteIdentifier(column.name)} SET DEFAULT ${column.default}`];
    const node: ExportNode = { id, kind: "default", name: `${name}.${column.name}`, sql, needs };
    if (isPrinted(table, column)) movable.push({ id, node });
    else apart.push(node);
  }
  for (const constraint of table.constraints) {
    if (!isOwn(table, constraint) || (constraint.type === "n" && constraint.validated)) continue;
    const id = constraintId(constraint);
    const sql = [
      `${constraint.type === "f" && table.kind === "p" ? `ALTER TABLE ${name}` : alter} ADD CONSTRAINT ${quoteIdentifier(constraint.name)} ${constraint.definition}`,
      ...marks(table, constraint),
    ];
    const node: ExportNode = { id, kind: "constraint", name: `${name}.${constraint.name}`, sql, needs };
    if (constraint.type === "f" || !constraint.validated) apart.push(node);
    else movable.push({ id, node });
  }
  const [parent] = table.parents;
  if (table.bound !== null && parent !== undefined) {
    const sql = [`ALTER TABLE ONLY ${parent[0]} ATTACH PARTITION ${name} ${table.bound}`];
    const id = attachId(table);
    apart.push({ id, kind: "attach", name, sql, needs: [...needs, rowId("pg_class", parent[1])] });
  } else if (!inheritsAtOnce(table))
    for (const [other, oid] of table.parents) {
      const id = `${attachId(table)}:${oid}`;
      apart.push({
        id,
        kind: "attach",
        name,
        sql: [`${alter} INHERIT ${other}`],
        needs: [...needs, rowId("pg_class", oid)],
      });
    }
  return { movable, apart };
}

/** The id of the node that makes a table a partition, or a child. */
export function attachId({ oid }: Pick<ExportedTable, "oid">): string {
  return `attach:${oid}`;
}

/** `separate`: ids of what follows as statements of its own. */
export function printTable(table: ExportedTable, separate: ReadonlySet<string>): readonly string[] {
  const name = quoteName(table.schema, table.name);
  const items = [
    ...table.columns
      .filter((column) => isPrinted(table, column))
      .map((column) => columnText(table, column, separate)),
    ...table.constraints
      .filter(
        (one) =>
          isOwn(table, one) &&
          one.type !== "f" &&
          one.type !== "n" &&
          one.validated &&
          !separate.has(constraintId(one)),
      )
      .map((one) => `CONSTRAINT ${quoteIdentifier(one.name)} ${one.definition}`),
    ...inheritedNotNull(table),
  ];
  const body = items.length === 0 ? "()" : `(\n${items.map((item) => `  ${item}`).join(",\n")}\n)`;
  const what = table.kind === "f" ? "FOREIGN TABLE" : table.unlogged ? "UNLOGGED TABLE" : "TABLE";
  const head =
    table.ofType === null
      ? `CREATE ${what} ${name} ${body}`
      : `CREATE ${what} ${name} OF ${table.ofType}${items.length === 0 ? "" : ` ${body}`}`;
  const clauses = [
    ...(inheritsAtOnce(table) ? [`INHERITS (${table.parents.map(([parent]) => parent).join(", ")})`] : []),
    ...(table.partitionKey === null ? [] : [`PARTITION BY ${table.partitionKey}`]),
    ...(table.server === null ? [] : [`SERVER ${table.server}`]),
    ...(table.foreignOptions === null ? [] : [`OPTIONS (${table.foreignOptions})`]),
    ...(table.accessMethod === null ? [] : [`USING ${table.accessMethod}`]),
    ...(table.options === null ? [] : [`WITH (${table.options})`]),
    ...(table.tablespace === null ? [] : [`TABLESPACE ${table.tablespace}`]),
  ];
  return [[head, ...clauses].join("\n"), ...behind(table, name, separate)];
}

function inheritsAtOnce({ bound, parents, columns }: ExportedTable): boolean {
  return bound === null && parents.length > 0 && columns.some(({ local }) => !local);
}

/** A column that comes from a parent is not written, but by a partition, which is made apart from its parent. */
function isPrinted(table: ExportedTable, { local }: ExportedColumn): boolean {
  return local || table.bound !== null || table.parents.length === 0;
}

/** Whether a statement of its own, or a part of CREATE TABLE, makes it: not those that come from a parent. */
function isOwn(table: ExportedTable, { type, local, hasParent }: ExportedConstraint): boolean {
  if (type === "f") return !hasParent;
  // Those of a partition must be there before it is one.
  return local || table.bound !== null;
}

function columnText(table: ExportedTable, column: ExportedColumn, separate: ReadonlySet<string>): string {
  const { name, type, collation, generated, identity, compression } = column;
  const words = [quoteIdentifier(name)];
  if (table.ofType === null) {
    words.push(type);
    if (compression !== null) words.push(`COMPRESSION ${compression}`);
    if (column.foreignOptions !== null) words.push(`OPTIONS (${column.foreignOptions})`);
    if (collation !== null) words.push(`COLLATE ${collation}`);
  } else words.push("WITH OPTIONS");
  const has = column.defaultOid !== null && !separate.has(rowId("pg_attrdef", column.defaultOid));
  if (generated !== "")
    words.push(`GENERATED ALWAYS AS (${column.default})${generated === "v" ? " VIRTUAL" : " STORED"}`);
  else if (identity !== "")
    words.push(
      `GENERATED ${identity === "a" ? "ALWAYS" : "BY DEFAULT"} AS IDENTITY${identityOptions(table, column)}`,
    );
  else if (has && column.default !== null) words.push(`DEFAULT ${column.default}`);
  words.push(...notNull(table, column));
  return words.join(" ");
}

/** Since PostgreSQL 18 it is a constraint, with a name. */
function notNull(table: ExportedTable, column: ExportedColumn): readonly string[] {
  if (!column.notNull) return [];
  const named = table.constraints.find(({ type, columns }) => type === "n" && columns[0] === column.num);
  if (named === undefined) return ["NOT NULL"];
  if (!isOwn(table, named) || !named.validated) return [];
  const usual = `${table.name}_${column.name}_not_null`;
  const inherit = named.definition.endsWith(" NO INHERIT") ? " NO INHERIT" : "";
  return named.name === usual
    ? [`NOT NULL${inherit}`]
    : [`CONSTRAINT ${quoteIdentifier(named.name)} NOT NULL${inherit}`];
}

function identityOptions(table: ExportedTable, { name, sequence, type }: ExportedColumn): string {
  if (sequence === null) return "";
  const usual = sequence.schema === table.schema && sequence.name === `${table.name}_${name}_seq`;
  const options = [
    ...(usual ? [] : [`SEQUENCE NAME ${quoteName(sequence.schema, sequence.name)}`]),
    ...printSequence({ ...sequence, type: "" }, type),
  ];
  return options.length === 0 ? "" : ` (${options.join(" ")})`;
}

/** A child's own, of columns that it has from its parent. */
function inheritedNotNull(table: ExportedTable): readonly string[] {
  const from = new Set(table.columns.filter((column) => !isPrinted(table, column)).map(({ num }) => num));
  return table.constraints
    .filter((one) => one.type === "n" && isOwn(table, one) && one.validated && from.has(one.columns[0] ?? 0))
    .map(({ name, definition }) => `CONSTRAINT ${quoteIdentifier(name)} ${definition}`);
}

/** What CREATE TABLE has no words for. */
function behind(table: ExportedTable, name: string, separate: ReadonlySet<string>): readonly string[] {
  const alter = `ALTER ${table.kind === "f" ? "FOREIGN " : ""}TABLE ONLY ${name}`;
  const statements: string[] = [];
  const named = table.constraints.some(({ type }) => type === "n");
  for (const one of table.columns) {
    const { name: column, storage, statistics, options } = one;
    const at = `${alter} ALTER COLUMN ${quoteIdentifier(column)}`;
    // Before PostgreSQL 18 nothing says whether the parent has it, too.
    if (!isPrinted(table, one) && one.notNull && !named) statements.push(`${at} SET NOT NULL`);
    if (storage !== null) statements.push(`${at} SET STORAGE ${storage}`);
    if (statistics !== null) statements.push(`${at} SET STATISTICS ${statistics}`);
    if (options !== null) statements.push(`${at} SET (${options})`);
  }
  for (const one of table.constraints)
    if (isOwn(table, one) && one.validated && one.type !== "f" && !separate.has(constraintId(one)))
      statements.push(...marks(table, one));
  if (table.rowSecurity) statements.push(`${alter} ENABLE ROW LEVEL SECURITY`);
  if (table.forced) statements.push(`${alter} FORCE ROW LEVEL SECURITY`);
  if (table.kind !== "f" && (table.replica === "f" || table.replica === "n"))
    statements.push(`${alter} REPLICA IDENTITY ${table.replica === "f" ? "FULL" : "NOTHING"}`);
  return statements;
}

/** Of the index of a constraint. */
function marks(table: ExportedTable, constraint: ExportedConstraint): readonly string[] {
  const { name, clustered, replica, indexName, indexOptions, indexSpace } = constraint;
  const alter = `ALTER TABLE ${quoteName(table.schema, table.name)}`;
  return [
    ...(indexOptions === null ? [] : [`ALTER INDEX ${indexName} SET (${indexOptions})`]),
    ...(indexSpace === null ? [] : [`ALTER INDEX ${indexName} SET TABLESPACE ${indexSpace}`]),
    ...(clustered ? [`${alter} CLUSTER ON ${quoteIdentifier(name)}`] : []),
    ...(replica ? [`${alter} REPLICA IDENTITY USING INDEX ${quoteIdentifier(name)}`] : []),
  ];
}
