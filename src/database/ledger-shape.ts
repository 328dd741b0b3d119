/** Whether the ledger's tables are there, and are ones that this version of the tool can use. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import type { Row } from "./database.ts";

/** The version that this tool writes; a later one may mean something else by the same columns. */
export const ledgerVersion = 1;

const columns: Readonly<Record<string, readonly string[]>> = {
  project: ["project", "mode", "schema_version", "snapshot", "first_xid", "updated_at"],
  object: [
    "project",
    "scope",
    "kind",
    "schema",
    "relation",
    "name",
    "arguments",
    "component",
    "hash",
    "attachments_hash",
    "definition",
    "attachments",
    "version",
  ],
  run: ["project", "command", "steps"],
};

/** Made when it is first needed. */
const preparedName = "prepared";
const scopeName = "scope";
const settledName = "settled";

/** Whether the ledger has its table of what was built side by side. */
export function hasPreparedTable(rows: readonly Row[]): boolean {
  return rows.some((row) => row.name === preparedName);
}

/** Whether it has its table of what scopes saw last. */
export function hasScopeTable(rows: readonly Row[]): boolean {
  return rows.some((row) => row.name === scopeName);
}

/** Whether it also has its table of the files that scopes were brought to. */
export function hasScopeFiles(rows: readonly Row[]): boolean {
  return hasScopeTable(rows) && rows.some((row) => row.name === settledName);
}

/** Asks what `checkLedgerShape` judges. */
export function ledgerShapeQuery(schema: string): string {
  const names = [...Object.keys(columns), preparedName, scopeName, settledName].map(quoteLiteral).join(", ");
  return `select c.relname as name, c.relkind as kind, array(select a.attname::text from pg_catalog.pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${quoteLiteral(schema)} and c.relname in (${names})`;
}

/**
 * False where there is no ledger. Throws a MigratorError where tables of these names are something else.
 */
export function checkLedgerShape(schema: string, rows: readonly Row[]): boolean {
  if (rows.length === 0) return false;
  const found = new Map(rows.map((row) => [String(row.name), row]));
  const wrong = Object.entries(columns).flatMap(([name, wanted]) => {
    const row = found.get(name);
    const table = `${quoteIdentifier(schema)}.${name}`;
    if (row === undefined) return [`there is no table ${table}`];
    if (row.kind !== "r") return [`${table} is no table`];
    const present = Array.isArray(row.columns) ? row.columns.map(String) : [];
    const missing = wanted.filter((column) => !present.includes(column));
    return missing.length === 0 ? [] : [`${table} lacks ${missing.join(", ")}`];
  });
  if (wrong.length === 0) return true;
  throw new MigratorError([
    {
      code: "ledger",
      message: `schema ${schema} holds something else than this tool's ledger`,
      detail: wrong.join("\n"),
      fix: 'choose another "ledgerSchema" in migrator.json; or, if it was the ledger and is damaged, restore its tables from a backup',
    },
  ]);
}

/** Throws a MigratorError where a later version of the tool wrote the ledger. */
export function refuseNewerLedger(schema: string, version: unknown): void {
  if (version === undefined || version === null || Number(version) <= ledgerVersion) return;
  throw new MigratorError([
    {
      code: "ledger",
      message: `the ledger in schema ${schema} is of format ${version}; this version of migrator knows up to ${ledgerVersion}`,
      fix: "use the version of migrator that wrote it, or a newer one",
    },
  ]);
}
