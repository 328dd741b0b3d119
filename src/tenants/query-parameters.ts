/** `:name` in the query of a matrix: a parameter, never text that is put in. */
import { nextToken, tokensOf } from "../sql/lexer.ts";

export interface ParameterQuery {
  /** With `$1`, `$2` … in the places of the names. */
  readonly sql: string;
  /** The names in the order of their numbers. */
  readonly names: readonly string[];
}

const name = /:([A-Za-z_][A-Za-z0-9_]*)/y;

/**
 * Numbers the parameters as they first stand, from `first` on. Texts, quoted names, comments, dollar quotes and casts (`::`) hold none; `:=`
 * and a colon with white space behind it are none.
 */
export function numberParameters(query: string, first = 1): ParameterQuery {
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
        sql += `${query.slice(from, token.start)}$${names.indexOf(found) + first}`;
        from = end;
      }
    }
    token = nextToken(query, end);
  }
  return { sql: sql + query.slice(from), names };
}

/** Whether it has a parameter `$1` of its own. */
export function hasFirstParameter(query: string): boolean {
  return tokensOf(query, 0, query.length).some(
    ({ kind, start, end }) => kind === "parameter" && query.slice(start, end) === "$1",
  );
}
