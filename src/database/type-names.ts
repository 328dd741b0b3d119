/** Asks the database what unqualified names mean: types, and relations that hide a declared one of a later schema. */
import { quoteLiteral } from "../../graph/quote.ts";
import type { Database, Row } from "./database.ts";
import { componentsPath } from "./search-path.ts";

/** A type as written: `name`, or `relation.column%TYPE`. */
export interface WrittenType {
  readonly key: string;
  /** The type's or the relation's name, quoted where it must be. */
  readonly name: string;
  readonly column: string | null;
}

export interface NameMeanings {
  /** From keys of written types to names as format_type prints them; what the database does not know is absent. */
  readonly types: ReadonlyMap<string, string>;
  /** Relations of these names in the schemas of the search_path. */
  readonly relations: readonly { readonly schema: string; readonly name: string }[];
}

export async function readNames(
  database: Database,
  searchPath: readonly string[],
  types: readonly WrittenType[],
  relations: readonly string[],
): Promise<NameMeanings> {
  const queries: string[] = [];
  if (types.length > 0) queries.push(typesQuery(types));
  if (relations.length > 0 && searchPath.length > 1) queries.push(relationsQuery(searchPath, relations));
  if (queries.length === 0) return { types: new Map(), relations: [] };
  const results = await database.batch(["begin", componentsPath(searchPath), ...queries, "rollback"]);
  const rowsOf = (query: string | undefined): readonly Row[] =>
    results[queries.indexOf(query ?? "") + 2] ?? [];
  const found = types.length > 0 ? rowsOf(queries[0]) : [];
  const hiding = relations.length > 0 && searchPath.length > 1 ? rowsOf(queries.at(-1)) : [];
  return {
    types: new Map(found.map((row) => [String(row.key), String(row.name)])),
    relations: hiding.map((row) => ({ schema: String(row.schema), name: String(row.name) })),
  };
}

/** Qualified where it is not in pg_catalog; an array is its element's name with brackets. */
function typesQuery(types: readonly WrittenType[]): string {
  const rows = types.map((type) =>
    [type.key, type.name, type.column]
      .map((text) => (text === null ? "null" : quoteLiteral(text)))
      .join(", "),
  );
  const elementName = `case n.nspname when 'pg_catalog' then pg_catalog.format_type(e.oid, null)
      else pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(e.typname) end`;
  return `select w.key, ${elementName} || case when e.oid <> t.oid then '[]' else '' end as name
    from (values ${rows.map((row) => `(${row})`).join(", ")}) as w(key, name, attribute)
    left join pg_catalog.pg_attribute a on w.attribute is not null and a.attrelid = pg_catalog.to_regclass(w.name) and a.attname = w.attribute
    join pg_catalog.pg_type t on t.oid = case when w.attribute is null then pg_catalog.to_regtype(w.name)::oid else a.atttypid end
    join pg_catalog.pg_type e on e.oid = case when t.typcategory = 'A' and t.typelem <> 0 then t.typelem else t.oid end
    join pg_catalog.pg_namespace n on n.oid = e.typnamespace`;
}

function relationsQuery(searchPath: readonly string[], relations: readonly string[]): string {
  const list = (names: readonly string[]) =>
    `array[${names.map(quoteLiteral).join(", ")}]::pg_catalog.name[]`;
  return `select n.nspname as schema, c.relname as name from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any (${list(searchPath)}) and c.relname = any (${list(relations)}) and c.relkind in ('r', 'p', 'f', 'v', 'm')`;
}
