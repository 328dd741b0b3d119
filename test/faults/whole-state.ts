/** All that a fault must leave as before or as after: the catalogs, the rows of tables and materialized views, the ledger. */
import { quoteName } from "../../graph/quote.ts";
import type { Database, Row } from "../../src/database/database.ts";
import { differences } from "../../src/snapshot/differences.ts";
import { type Snapshot, takeSnapshot } from "../../src/snapshot/snapshot.ts";

export interface WholeState {
  readonly catalogs: Snapshot;
  /** Relation to its rows; null for a materialized view that is not filled. */
  readonly rows: ReadonlyMap<string, string | null>;
  /** What the ledger says but for times and transactions; empty where there is none. */
  readonly ledger: readonly string[];
  /** All of the ledger, to be compared within copies of one database. */
  readonly wholeLedger: readonly string[];
}

export async function wholeState(database: Database): Promise<WholeState> {
  const catalogs = await takeSnapshot(database);
  const relations = await database.query<{ schema: string; name: string; filled: boolean }>(
    `select n.nspname::text as schema, c.relname::text as name, c.relispopulated as filled
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'm') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'migrator')`,
  );
  const rows = new Map<string, string | null>();
  for (const { schema, name, filled } of relations) {
    const relation = quoteName(schema, name);
    const text = `select coalesce(string_agg(r::text, ' ' order by r::text), '') as text from ${relation} r`;
    rows.set(relation, filled ? String((await database.query(text))[0]?.text) : null);
  }
  const [known] = await database.query("select to_regnamespace('migrator') is not null as ledger");
  if (known?.ledger !== true) return { catalogs, rows, ledger: [], wholeLedger: [] };
  return {
    catalogs,
    rows,
    ledger: (await database.batch(stable)).flatMap(lines),
    wholeLedger: (
      await database.batch(tables.map((table) => `select to_jsonb(l)::text as line from migrator.${table} l`))
    ).flatMap(lines),
  };
}

const tables = ["project", "object", "run"] as const;

const stable = [
  "select to_jsonb(l) - '{snapshot,first_xid,updated_at}'::text[] as line from migrator.project l",
  "select to_jsonb(l) - '{version,applied_at}'::text[] as line from migrator.object l",
  "select to_jsonb(l) - '{id,started_at}'::text[] as line from migrator.run l order by id",
];

const lines = (rows: readonly Row[]): readonly string[] =>
  rows.map((row) => (typeof row.line === "string" ? row.line : JSON.stringify(row.line))).sort();

/** What differs, one line each; the ledger as a whole only where `copies` of one database are compared. */
export function stateDifferences(
  one: WholeState,
  other: WholeState,
  copies: "copies" | "separate",
): readonly string[] {
  const ledger = copies === "copies" ? ("wholeLedger" as const) : ("ledger" as const);
  return [
    ...differences(one.catalogs, other.catalogs),
    ...[...new Set([...one.rows.keys(), ...other.rows.keys()])]
      .filter((relation) => one.rows.get(relation) !== other.rows.get(relation))
      .map((relation) => `${relation}: its rows`),
    ...one[ledger].filter((line) => !other[ledger].includes(line)).map((line) => `the ledger loses ${line}`),
    ...other[ledger].filter((line) => !one[ledger].includes(line)).map((line) => `the ledger gains ${line}`),
  ];
}
