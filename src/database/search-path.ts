/** The search_path under which components are read, and that under which the catalogs are. */
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";

/** Sets it for the rest of the transaction. */
export function componentsPath(searchPath: readonly string[]): string {
  return setPath(searchPath, true);
}

/** Sets it for the rest of the session. */
export function sessionComponentsPath(searchPath: readonly string[]): string {
  return setPath(searchPath, false);
}

function setPath(searchPath: readonly string[], local: boolean): string {
  return `select pg_catalog.set_config('search_path', ${quoteLiteral(searchPath.map(quoteIdentifier).join(", "))}, ${local})`;
}

/** Names in what the catalog prints are qualified only if nothing else is on the search_path. */
export const catalogPath = "select set_config('search_path', 'pg_catalog', true)";
