/** The values of a matrix from a query on the target. */
import { isExact, type JsonValue } from "../config/json.ts";
import { suggestWord } from "../config/nearest.ts";
import { type Database, DatabaseError, type Row } from "../database/database.ts";
import { componentsPath } from "../database/search-path.ts";
import { type FoundValue, type Telling, tell } from "./found-value.ts";
import { type OuterValues, visibleTexts } from "./outer-value.ts";
import { numberParameters } from "./query-parameters.ts";

/** How long a query may take, in milliseconds. */
const patience = 30_000;

export interface QueryPlace {
  readonly database: Database;
  readonly searchPath: readonly string[];
  readonly outer: OuterValues;
  /** A transaction is open: the query is asked in it, under a savepoint. */
  readonly inTransaction: boolean;
}

/**
 * Its rows, in a read-only transaction that is rolled back. Values of the matrices above are parameters
 * (`:region`, `:region_host`).
 */
export async function valuesOfQuery(
  query: string,
  { database, searchPath, outer, inTransaction }: QueryPlace,
  telling: Telling,
): Promise<readonly FoundValue[]> {
  const place = telling.configPlace(["query"]);
  const visible = visibleTexts(outer);
  const { sql, names } = numberParameters(query);
  const unknown = names.filter((name) => !visible.has(name));
  for (const name of unknown) {
    const fix =
      visible.size === 0
        ? `only a matrix with "of" has parameters: write a value, or ": ${name}" for the bound of a slice`
        : suggestWord(name, [...visible.keys()]);
    tell(telling, place, `the query of the matrix ${telling.matrix} has no parameter :${name}`, fix);
  }
  if (unknown.length > 0) return [];
  let rows: readonly Row[];
  try {
    rows = await aside(database, searchPath, inTransaction, () =>
      database.query(
        sql,
        names.map((name) => visible.get(name) ?? null),
      ),
    );
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.connectionLost) throw error;
    const message = `the query of the matrix ${telling.matrix} failed: ${error.message}`;
    const fix = error.hint ?? `correct "query"; it was asked on ${database.description}`;
    telling.mistakes.push({
      code: "usage",
      message,
      ...place,
      ...(error.detail === undefined ? {} : { detail: error.detail }),
      fix,
    });
    return [];
  }
  return rows.map((row, index) => {
    const members = Object.entries(row).map(([column, value]) => {
      const plain = plainValue(value);
      if (plain !== undefined) return [column, plain] as const;
      const message = `row ${index + 1} of the query of the matrix ${telling.matrix}: "${column}" is no text, number or JSON`;
      tell(telling, place, message, `cast it: ${column}::text`);
      return [column, null] as const;
    });
    return { value: Object.fromEntries(members), place: () => place, trusted: false };
  });
}

/** Runs `work` so that it leaves nothing behind and waits for nobody for long; outside of a transaction it can change nothing. */
async function aside<T>(
  database: Database,
  searchPath: readonly string[],
  inTransaction: boolean,
  work: () => Promise<T>,
): Promise<T> {
  const [begin, ...end] = inTransaction
    ? [
        "savepoint migrator_matrix",
        "rollback to savepoint migrator_matrix",
        "release savepoint migrator_matrix",
      ]
    : ["begin read only", "rollback"];
  await database.batch([
    begin ?? "",
    `set local statement_timeout = ${patience}`,
    componentsPath(searchPath),
  ]);
  try {
    return await work();
  } finally {
    await database.batch(end);
  }
}

/** What node-postgres makes of a column, as JSON; undefined for what has no such form. */
function plainValue(value: unknown): JsonValue | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return isExact(String(value), value) ? value : undefined;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) {
    const items = value.map(plainValue);
    return items.includes(undefined) ? undefined : (items as readonly JsonValue[]);
  }
  if (typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  const members = Object.entries(value).map(([name, inner]) => [name, plainValue(inner)] as const);
  return members.some(([, inner]) => inner === undefined)
    ? undefined
    : (Object.fromEntries(members) as JsonValue);
}
