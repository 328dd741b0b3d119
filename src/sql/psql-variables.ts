/** The variables that psql replaces in SQL: `:'name'` by a literal, `:"name"` by a quoted identifier. */
import { quoteLiteral } from "../../graph/quote.ts";
import { nextToken, type Token } from "./lexer.ts";

interface PsqlVariable {
  readonly name: string;
  readonly quote: string;
  readonly start: number;
  readonly end: number;
}

const variable = /:(['"])([A-Za-z0-9_\x80-\uffff]+)\1/y;

/**
 * The SQL with the variables of these names replaced as psql does (psqlscan.l): not inside texts, quoted names, comments and
 * dollar quotes, and not behind the `::` of a cast. All others stay as they are.
 */
export function withSecrets(sql: string, values: ReadonlyMap<string, string>): string {
  let text = "";
  let from = 0;
  for (const { name, quote, start, end } of psqlVariables(sql)) {
    const value = values.get(name);
    if (value === undefined) continue;
    text += sql.slice(from, start) + (quote === "'" ? literal(value) : `"${value.replaceAll('"', '""')}"`);
    from = end;
  }
  return text + sql.slice(from);
}

function psqlVariables(sql: string): readonly PsqlVariable[] {
  const found: PsqlVariable[] = [];
  // Few texts have any.
  if (!/:['"]/.test(sql)) return found;
  let token = nextToken(sql, 0);
  while (token !== null) {
    let end = token.end;
    if (isColon(sql, token)) {
      variable.lastIndex = token.start;
      const match = variable.exec(sql);
      if (sql[token.end] === ":") end++;
      else if (match !== null) {
        end = variable.lastIndex;
        found.push({ name: match[2] ?? "", quote: match[1] ?? "", start: token.start, end });
      }
    }
    token = nextToken(sql, end);
  }
  return found;
}

function isColon(sql: string, token: Token): boolean {
  return token.kind === "symbol" && sql[token.start] === ":";
}

/** As libpq's PQescapeLiteral: what needs an E has a space before it, so that it joins no word. */
function literal(value: string): string {
  const quoted = quoteLiteral(value);
  return quoted.startsWith("E") ? ` ${quoted}` : quoted;
}
