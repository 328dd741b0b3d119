/** Whether anything that a sync looks at may have changed in the database, in one short answer. */
import { quoteIdentifier } from "../../graph/quote.ts";
import { type Database, DatabaseError } from "./database.ts";

/**
 * Catalogs that say what objects there are, how they stand and what names mean, and which of their rows are not those of an empty
 * database (FirstNormalObjectId in PostgreSQL's access/transam.h).
 */
const catalogs = [
  ["pg_namespace", ""],
  ...["pg_class", "pg_type", "pg_proc", "pg_rewrite", "pg_trigger", "pg_policy", "pg_statistic_ext"].map(
    (name) => [name, "where oid >= 16384"] as const,
  ),
  // Those of the system are two thirds of all, and no statement changes them.
  ["pg_attribute", "where attrelid >= 16384 and attnum > 0"],
  ["pg_index", "where indexrelid >= 16384"],
  ["pg_description", "where objoid >= 16384"],
  ["pg_seclabel", "where objoid >= 16384"],
] as const;

const ledgerTables = ["project", "object", "migration", "run"] as const;

/**
 * Tells how many rows the catalogs and the ledger have, and the sum of a hash of the transaction that wrote each: a row that is changed gets
 * another writer, a row that goes is missing from the sum. Equal answers therefore mean that nothing was written between them, in this
 * database or in the one that it is a copy of. (Sums cost half of what groups and one hash over them cost.) Null where it cannot be asked, as where there is no ledger of migrations.
 * Not in a transaction, which an error would end.
 */
export async function readCatalogState(database: Database, ledgerSchema: string): Promise<string | null> {
  const ledger = quoteIdentifier(ledgerSchema);
  const sources = [
    ...catalogs.map(([name, where]) => `pg_catalog.${name} ${where}`),
    ...ledgerTables.map((name) => `${ledger}.${name}`),
  ];
  const counts = sources.map(
    (source, index) =>
      `select ${index} as source, pg_catalog.count(*) as rows,
         pg_catalog.sum(pg_catalog.hashtextextended(xmin::text collate "C", 0)) as writers from ${source}`,
  );
  try {
    const [row] = await database.query<{ state: string }>(
      `select pg_catalog.string_agg(pg_catalog.concat_ws(' ', rows, writers), ',' order by source) as state
       from (${counts.join("\n union all ")}) as counted`,
    );
    return row?.state ?? null;
  } catch (error) {
    // Whatever is the matter, a closer look tells it.
    if (error instanceof DatabaseError) return null;
    throw error;
  }
}
