/** The schemas of components/idempotent_schemas/NAME/, which the tool itself makes. */
import { compareText } from "../../graph/compare.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import type { Database } from "../database/database.ts";

/** The NAMEs of idempotent_schemas/NAME/ that hold components, each once, sorted. */
export function idempotentSchemas(
  components: readonly { readonly schema: string | null }[],
): readonly string[] {
  const names = components.flatMap(({ schema }) => (schema === null ? [] : [schema]));
  return [...new Set(names)].sort(compareText);
}

/** Those that the database does not have. */
export async function missingSchemas(
  database: Database,
  names: readonly string[],
): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const list = names.map(quoteLiteral).join(", ");
  const rows = await database.query<{ name: string }>(
    `select w.name from pg_catalog.unnest(array[${list}]::text[]) as w(name)
     where not exists (select from pg_catalog.pg_namespace n where n.nspname = w.name)`,
  );
  return rows.map(({ name }) => name).sort(compareText);
}

/** IF NOT EXISTS would ask for the right to create schemas even where there is nothing to do. */
export function createSchemas(missing: readonly string[]): readonly string[] {
  return missing.map((name) => `create schema ${quoteIdentifier(name)}`);
}
