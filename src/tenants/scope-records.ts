/** What the ledger of a database knows of the values of a matrix. */
import { quoteIdentifier } from "../../graph/quote.ts";
import type { Database } from "../database/database.ts";
import type { PartName } from "../migrations/migration.ts";
import { scopeName } from "./scope.ts";

export interface ScopeRecord {
  /** Of the parts that there are files of, those that ran. */
  readonly ran: number;
  /** Parts of which only some statements ran, or whose way back did so. */
  readonly partial: number;
}

/** By the names of their scopes, those whose values are gone included; one that nothing ran for is not among them. */
export async function readScopeRecords(
  database: Database,
  ledger: { readonly ledgerSchema: string; readonly project: string },
  matrix: string,
  parts: readonly PartName[],
): Promise<ReadonlyMap<string, ScopeRecord>> {
  const { ledgerSchema, project } = ledger;
  const tables = await ledgerTablesThere(database, ledgerSchema);
  const records = new Map<string, ScopeRecord>();
  const begin = scopeName(matrix, "");
  if (tables.has("object")) {
    const rows = await database.query<{ scope: string }>(
      `select distinct scope from ${quoteIdentifier(ledgerSchema)}.object
       where project = $1 and pg_catalog.starts_with(scope, $2)`,
      [project, begin],
    );
    for (const { scope } of rows) records.set(scope, { ran: 0, partial: 0 });
  }
  if (tables.has("migration")) {
    const wanted = parts.map(({ module, id, part }) => ({ module, migration: id, part }));
    const rows = await database.query<{ scope: string; ran: number; partial: number }>(
      `select m.scope, pg_catalog.count(w.part) filter (where m.state <> 'partial')::pg_catalog.int4 as ran,
         pg_catalog.count(*) filter (where m.state = 'partial' or m.undone > 0)::pg_catalog.int4 as partial
       from ${quoteIdentifier(ledgerSchema)}.migration m
       left join pg_catalog.json_to_recordset($3::pg_catalog.json) as w(module text, migration text, part text)
         using (module, migration, part)
       where m.project = $1 and pg_catalog.starts_with(m.scope, $2) group by m.scope`,
      [project, begin, JSON.stringify(wanted)],
    );
    for (const { scope, ran, partial } of rows) records.set(scope, { ran, partial });
  }
  return records;
}

/** Which of the ledger's tables there are. */
export async function ledgerTablesThere(
  database: Database,
  ledgerSchema: string,
): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ name: string }>(
    `select c.relname::pg_catalog.text as name from pg_catalog.pg_class c
     join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind = 'r' and c.relname in ('object', 'migration', 'scope', 'settled')`,
    [ledgerSchema],
  );
  return new Set(rows.map(({ name }) => name));
}

/** The schemas of a database. */
export async function schemasThere(database: Database): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ name: string }>(
    "select nspname::pg_catalog.text as name from pg_catalog.pg_namespace",
  );
  return new Set(rows.map(({ name }) => name));
}
