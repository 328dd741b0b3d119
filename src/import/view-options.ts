/** Changes options inside a CREATE [MATERIALIZED] VIEW statement, and nothing else of it. */
import type { Span } from "../../graph/declared.ts";
import { optionValue } from "../../graph/source/object-source.ts";
import { isToken, type Token, tokensOf } from "../sql/lexer.ts";

/**
 * `nameEnd` is where the view's name ends in the statement. `changes` maps an option's name to its value, or to null, which
 * takes it out; WITH CHECK OPTION at the statement's end counts as the option check_option.
 */
export function changeOptions(
  sql: string,
  nameEnd: number,
  changes: ReadonlyMap<string, string | null>,
): string {
  const tokens = tokensOf(sql, nameEnd, sql.length);
  const tail = changes.has("check_option") ? checkOptionTail(sql, tokens) : null;
  const body = tail === null ? sql : withoutTail(sql, tokens, tail);
  const as = tokens.find((token, i) => isToken(sql, token, "as") && depthAt(sql, tokens, i) === 0);
  if (as === undefined) return sql;
  const list = optionList(sql, tokens, as);
  const elements = list === null ? [] : elementsOf(sql, tokens, list);
  const written = elements.flatMap(({ start, end }) => {
    const text = sql.slice(start, end);
    const name = optionNameOf(text);
    const value = changes.get(name);
    return value === undefined ? [text] : value === null ? [] : [setting(name, value)];
  });
  const known = new Set(elements.map(({ start, end }) => optionNameOf(sql.slice(start, end))));
  for (const [name, value] of changes)
    if (!known.has(name) && value !== null) written.push(setting(name, value));
  const clause = written.length === 0 ? "" : `WITH (${written.join(", ")}) `;
  const from = list?.start ?? as.start;
  return body.slice(0, from) + clause + body.slice(as.start);
}

function setting(name: string, value: string): string {
  return `${name} = ${optionValue(value)}`;
}

function optionNameOf(element: string): string {
  return element.split("=", 1)[0]?.trim().toLowerCase().replaceAll('"', "") ?? "";
}

/** From WITH to behind the closing parenthesis. */
function optionList(sql: string, tokens: readonly Token[], before: Token): Span | null {
  const first = tokens.findIndex(
    (token, i) => isToken(sql, token, "with") && isToken(sql, tokens[i + 1], "("),
  );
  const start = tokens[first];
  if (start === undefined || start.start > before.start) return null;
  const close = tokens.find(
    (token, i) => i > first + 1 && isToken(sql, token, ")") && depthAt(sql, tokens, i) === 1,
  );
  return close === undefined ? null : { start: start.start, end: close.end };
}

function elementsOf(sql: string, tokens: readonly Token[], list: Span): readonly Span[] {
  const inside = tokens.filter(({ start, end }) => start > list.start && end < list.end).slice(1);
  const elements: { start: number; end: number }[] = [];
  let begins = true;
  for (const token of inside) {
    const last = elements.at(-1);
    if (isToken(sql, token, ",")) begins = true;
    else if (begins || last === undefined) {
      elements.push({ start: token.start, end: token.end });
      begins = false;
    } else last.end = token.end;
  }
  return elements;
}

/** WITH [CASCADED | LOCAL] CHECK OPTION. */
function checkOptionTail(sql: string, tokens: readonly Token[]): Span | null {
  if (!isToken(sql, tokens.at(-1), "option") || !isToken(sql, tokens.at(-2), "check")) return null;
  const word = tokens.at(-3);
  const first = isToken(sql, word, "local") || isToken(sql, word, "cascaded") ? tokens.at(-4) : word;
  return first === undefined || !isToken(sql, first, "with") ? null : { start: first.start, end: sql.length };
}

/** A comment behind the query must not take the semicolon. */
function withoutTail(sql: string, tokens: readonly Token[], tail: Span): string {
  const last = tokens.findLast(({ end }) => end <= tail.start);
  const between = sql.slice(last?.end ?? 0, tail.start);
  return sql.slice(0, tail.start).trimEnd() + (between.includes("--") ? "\n" : "");
}

/** How many parentheses are open before the token. */
function depthAt(sql: string, tokens: readonly Token[], index: number): number {
  let depth = 0;
  for (const token of tokens.slice(0, index)) {
    if (isToken(sql, token, "(")) depth++;
    else if (isToken(sql, token, ")")) depth--;
  }
  return depth;
}
