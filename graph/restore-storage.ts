/** What hangs on a materialized view's rows: where they lie, how columns are stored, indexes and statistics. */
import { describeForDdl } from "./ddl-name.ts";
import type { ColumnAttachments, LiveRelation } from "./live.ts";
import type { LiveIndex, LiveStatistics } from "./live-index.ts";
import { quoteIdentifier, quoteLiteral, quoteName } from "./quote.ts";
import { dependsStatements } from "./restore-marks.ts";

/** Of the materialized view itself, its indexes and statistics; both are materialized views. */
export function restoreStorage(old: LiveRelation, now: LiveRelation): readonly string[] {
  const statements: string[] = [];
  const alter = `ALTER MATERIALIZED VIEW ${describeForDdl(now.identity)}`;
  if (old.tablespace !== null && old.tablespace !== now.tablespace)
    statements.push(`${alter} SET TABLESPACE ${quoteIdentifier(old.tablespace)}`);
  const identity = replicaIdentities[old.replicaIdentity];
  if (identity !== undefined && old.replicaIdentity !== now.replicaIdentity)
    statements.push(`${alter} REPLICA IDENTITY ${identity}`);
  const columns = new Set(now.columns.map((column) => column.name));
  for (const index of old.indexes) {
    // A declared index on a column that went: its file says what becomes of it. So it is with statistics.
    if (!index.columns.every((column) => columns.has(column))) continue;
    statements.push(...restoreIndex(alter, old.identity.schema, index));
  }
  for (const statistics of old.statistics) {
    if (statistics.columns.every((column) => columns.has(column)))
      statements.push(...restoreStatistics(statistics));
  }
  return statements;
}

/** No index of a materialized view can be a replica identity: that wants columns that are NOT NULL. */
const replicaIdentities: Readonly<Record<string, string>> = { f: "FULL", n: "NOTHING" };

function restoreIndex(alter: string, schema: string, index: LiveIndex): readonly string[] {
  const statements = [index.sql];
  if (index.tablespace !== null) {
    const name = quoteName(schema, index.name);
    statements.push(`ALTER INDEX ${name} SET TABLESPACE ${quoteIdentifier(index.tablespace)}`);
  }
  return [...statements, ...restoreIndexSettings(alter, schema, index)];
}

/** What hangs on an index. `alter` is ALTER TABLE or ALTER MATERIALIZED VIEW with the relation's name. */
export function restoreIndexSettings(alter: string, schema: string, index: LiveIndex): readonly string[] {
  const name = quoteName(schema, index.name);
  const statements: string[] = [];
  if (index.comment !== null) statements.push(`COMMENT ON INDEX ${name} IS ${quoteLiteral(index.comment)}`);
  for (const [column, target] of index.statistics)
    statements.push(`ALTER INDEX ${name} ALTER COLUMN ${column} SET STATISTICS ${target}`);
  statements.push(...dependsStatements(`INDEX ${name}`, index, { dependsOn: [] }));
  if (index.clustered) statements.push(`${alter} CLUSTER ON ${quoteIdentifier(index.name)}`);
  return statements;
}

/** Whoever creates a statistics object owns it, whoever owns the relation. */
export function restoreStatistics(statistics: LiveStatistics): readonly string[] {
  const name = quoteName(statistics.schema, statistics.name);
  const statements = [
    statistics.sql,
    `ALTER STATISTICS ${name} OWNER TO ${quoteIdentifier(statistics.owner)}`,
  ];
  if (statistics.target !== null)
    statements.push(`ALTER STATISTICS ${name} SET STATISTICS ${statistics.target}`);
  if (statistics.comment !== null)
    statements.push(`COMMENT ON STATISTICS ${name} IS ${quoteLiteral(statistics.comment)}`);
  return statements;
}

/** `alter` is `ALTER MATERIALIZED VIEW … ALTER COLUMN …`; `now` is the column of the new object. */
export function restoreColumnStorage(
  alter: string,
  old: ColumnAttachments,
  now: ColumnAttachments,
): readonly string[] {
  const statements: string[] = [];
  if (old.statistics !== null && old.statistics !== now.statistics)
    statements.push(`${alter} SET STATISTICS ${old.statistics}`);
  const storage = old.storage === null ? undefined : storageWords[old.storage];
  if (storage !== undefined && old.storage !== now.storage && now.toastable)
    statements.push(`${alter} SET STORAGE ${storage}`);
  if (old.compression !== null && old.compression !== now.compression && now.toastable)
    statements.push(`${alter} SET COMPRESSION ${old.compression === "l" ? "lz4" : "pglz"}`);
  if (old.options !== null) statements.push(`${alter} SET (${old.options.join(", ")})`);
  return statements;
}

const storageWords: Readonly<Record<string, string>> = {
  p: "PLAIN",
  e: "EXTERNAL",
  x: "EXTENDED",
  m: "MAIN",
};
