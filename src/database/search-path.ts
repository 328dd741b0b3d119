/** The search_path under which components are read. */
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";

/** Sets it for the rest of the transaction. */
export function componentsPath(searchPath: readonly string[]): string {
  return `select pg_catalog.set_config('search_path', ${quoteLiteral(searchPath.map(quoteIdentifier).join(", "))}, true)`;
}
