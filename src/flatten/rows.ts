/** Rows that migrations wrote: which tables have any, and INSERT statements of them. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { quoteIdentifier, quoteLiteral, quoteName } from "../../graph/quote.ts";
import type { Asking } from "../database/database.ts";
import type { ExportNode } from "./export-node.ts";
import { tableId } from "./print-table.ts";
import type { ExportedTable } from "./read-tables.ts";

/** Rows that share an INSERT. */
const together = 100;

/** The tables that hold rows of their own. */
export async function filledTables(
  database: Asking,
  tables: readonly ExportedTable[],
): Promise<readonly ExportedTable[]> {
  const stored = tables.filter(({ kind }) => kind === "r");
  const answers = await database.batch(
    stored.map(({ schema, name }) => `select exists (select from only ${quoteName(schema, name)}) as filled`),
  );
  return stored.filter((_, index) => answers[index]?.[0]?.filled === true);
}

/** Those of `filled` that `wanted` names, as `table`, `schema.table` or `all`. Throws a MigratorError for one that is not there. */
export function chosenTables(
  filled: readonly ExportedTable[],
  tables: readonly ExportedTable[],
  wanted: readonly string[],
): readonly ExportedTable[] {
  if (wanted.includes("all")) return filled;
  const names = ({ schema, name }: ExportedTable) => [name, `${schema}.${name}`, quoteName(schema, name)];
  for (const text of wanted) {
    if (tables.some((table) => names(table).includes(text))) continue;
    const fix = `name one that holds rows: ${filled.map(({ schema, name }) => quoteName(schema, name)).join(", ")}`;
    throw new MigratorError([{ code: "usage", message: `--data ${text}: there is no such table`, fix }], 2);
  }
  return filled.filter((table) => names(table).some((name) => wanted.includes(name)));
}

/** INSERT statements of all rows, and what their sequences have reached. In the caller's transaction. */
export async function rowNodes(
  database: Asking,
  tables: readonly ExportedTable[],
): Promise<readonly ExportNode[]> {
  const nodes: ExportNode[] = [];
  for (const table of tables) {
    const name = quoteName(table.schema, table.name);
    const columns = table.columns.filter(({ generated }) => generated === "");
    const list = columns.map((column) => quoteIdentifier(column.name)).join(", ");
    const values = columns.map((column) => `quote_nullable(${quoteIdentifier(column.name)}::text)`);
    const [rows = [], reached = []] = await database.batch([
      `select '(' || concat_ws(', ', ${values.join(", ")}) || ')' as row from only ${name} order by ctid`,
      `select quote_literal(quote_ident(n.nspname) || '.' || quote_ident(c.relname)) as sequence, v.last_value::text as value
       from pg_depend d join pg_class c on c.oid = d.objid and c.relkind = 'S' join pg_namespace n on n.oid = c.relnamespace
       join pg_sequences v on v.schemaname = n.nspname and v.sequencename = c.relname
       where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = ${quoteLiteral(name)}::regclass
         and d.deptype in ('a', 'i') and v.last_value is not null order by 1`,
    ]);
    const texts = rows.map(({ row }) => String(row));
    const sql: string[] = [];
    for (let from = 0; from < texts.length; from += together)
      sql.push(
        `INSERT INTO ${name} (${list}) OVERRIDING SYSTEM VALUE VALUES\n  ${texts.slice(from, from + together).join(",\n  ")}`,
      );
    for (const { sequence, value } of reached)
      sql.push(`SELECT pg_catalog.setval(${String(sequence)}::pg_catalog.regclass, ${String(value)})`);
    nodes.push({ id: `data:${table.oid}`, kind: "data", name, sql, needs: [tableId(table)] });
  }
  return nodes;
}
