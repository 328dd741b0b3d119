/** Asks the database what unqualified names mean: types, and relations that hide a declared one of a later schema. */
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { splitQualifiedName } from "../../graph/type-name.ts";
import type { Database, Row } from "./database.ts";
import { componentsPath } from "./search-path.ts";

/**
 * From type names as written, `relation.column%TYPE` among them, to names as format_type prints them with only
 * pg_catalog on the search_path. What the database does not know is absent.
 */
export async function readTypeNames(
  database: Database,
  searchPath: readonly string[],
  names: readonly string[],
  inTransaction = false,
): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map();
  const rows = await underPath(database, searchPath, typesQuery(names), inTransaction);
  return new Map(rows.map((row) => [String(row.key), String(row.name)]));
}

/** Relations of these names in the schemas of the search_path. With one schema nothing can be hidden. */
export async function readRelationsNamed(
  database: Database,
  searchPath: readonly string[],
  names: readonly string[],
  inTransaction = false,
): Promise<readonly { readonly schema: string; readonly name: string }[]> {
  if (names.length === 0 || searchPath.length < 2) return [];
  const list = (some: readonly string[]) => `array[${some.map(quoteLiteral).join(", ")}]::pg_catalog.name[]`;
  const rows = await underPath(
    database,
    searchPath,
    `select n.nspname as schema, c.relname as name from pg_catalog.pg_class c
       join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any (${list(searchPath)}) and c.relname = any (${list(names)}) and c.relkind in ('r', 'p', 'f', 'v', 'm')`,
    inTransaction,
  );
  return rows.map((row) => ({ schema: String(row.schema), name: String(row.name) }));
}

async function underPath(
  database: Database,
  searchPath: readonly string[],
  query: string,
  inTransaction = false,
): Promise<readonly Row[]> {
  const path = componentsPath(searchPath);
  const results = await database.batch(
    inTransaction
      ? ["savepoint migrator_names", path, query, "rollback to savepoint migrator_names"]
      : ["begin", path, query, "rollback"],
  );
  return results[2] ?? [];
}

/** Qualified where it is not in pg_catalog; an array is its element's name with brackets. */
function typesQuery(names: readonly string[]): string {
  const rows = names.map((key) => {
    const { name, column } = writtenType(key);
    return `(${[key, name].map(quoteLiteral).join(", ")}, ${column === null ? "null" : quoteLiteral(column)})`;
  });
  return `select w.key, case n.nspname when 'pg_catalog' then pg_catalog.format_type(e.oid, null)
      else pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(e.typname) end
      || case when e.oid <> t.oid then '[]' else '' end as name
    from (values ${rows.join(", ")}) as w(key, name, attribute)
    left join pg_catalog.pg_attribute a on w.attribute is not null and a.attrelid = pg_catalog.to_regclass(w.name) and a.attname = w.attribute
    join pg_catalog.pg_type t on t.oid = case when w.attribute is null then pg_catalog.to_regtype(w.name)::oid else a.atttypid end
    join pg_catalog.pg_type e on e.oid = case when t.typcategory = 'A' and t.typelem <> 0 then t.typelem else t.oid end
    join pg_catalog.pg_namespace n on n.oid = e.typnamespace`;
}

/** `app.film.rating%TYPE` is column rating of app.film. */
function writtenType(key: string): { readonly name: string; readonly column: string | null } {
  const parts = key.endsWith("%TYPE") ? splitQualifiedName(key.slice(0, -"%TYPE".length)) : null;
  const column = parts?.at(-1);
  if (parts === null || column === undefined) return { name: key, column: null };
  return { name: parts.slice(0, -1).map(quoteIdentifier).join("."), column };
}
