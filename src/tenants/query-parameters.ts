/** `:name` in the query of a matrix: a parameter, never text that is put in. */
import { nextToken } from "../sql/lexer.ts";

export interface ParameterQuery {
  /** With `$1`, `$2` … in the places of the names. */
  readonly sql: string;
  /** The names in the order of their numbers. */
  readonly names: readonly string[];
}

const name = /:([A-Za-z_][A-Za-z0-9_]*)/y;

/**
 * Numbers the parameters as they first stand. Texts, quoted names, comments, dollar quotes and casts (`::`) hold none; `:=`
 * and a colon with white space behind it are none.
 */
export function numberParameters(query: string): ParameterQuery {
  const names: string[] = [];
  let sql = "";
  let from = 0;
  let token = nextToken(query, 0);
  while (token !== null) {
    let end = token.end;
    if (token.kind === "symbol" && query[token.start] === ":") {
      name.lastIndex = token.start;
      const [, found] = name.exec(query) ?? [];
      if (query[token.end] === ":") end++;
      else if (found !== undefined) {
        if (!names.includes(found)) names.push(found);
        end = name.lastIndex;
        sql += `${query.slice(from, token.start)}$${names.indexOf(found) + 1}`;
        from = end;
      }
    }
    token = nextToken(query, end);
  }
  return { sql: sql + query.slice(from), names };
}
