/** `%TYPE` and `%ROWTYPE` in a PL/pgSQL body, which libpg_query's parser knows only in part. */
import { type NamePair, namePair } from "../../graph/syntax/syntax-tree.ts";
import { identifierOf, isToken, type Token, tokensOf } from "./lexer.ts";

export interface ColumnTypes {
  /** The body, as long as before, with `record` for `%ROWTYPE` and `text` for `%TYPE`. */
  readonly text: string;
  readonly relations: readonly { readonly relation: NamePair; readonly offset: number }[];
}

/** `x%TYPE` of a variable x names no relation. */
export function readColumnTypes(body: string): ColumnTypes {
  if (!/%\s*(?:row)?type\b/i.test(body)) return { text: body, relations: [] };
  const relations: { relation: NamePair; offset: number }[] = [];
  let text = body;
  const tokens = tokensOf(body, 0, body.length);
  for (const [i, percent] of tokens.entries()) {
    const last = tokens[i + 1];
    const isRow = isToken(body, last, "rowtype");
    if (last === undefined || !isToken(body, percent, "%") || !(isRow || isToken(body, last, "type")))
      continue;
    const chain = chainBefore(body, tokens, i);
    const first = chain[0];
    if (first === undefined) continue;
    const names = chain.map((token) => identifierOf(body, token));
    const relation = namePair(isRow ? names : names.slice(0, -1));
    if (relation !== null) relations.push({ relation, offset: first.start });
    const blank = body.slice(first.start, last.end).replace(/[^\n]/g, " ");
    const stand = isRow ? "record" : "text";
    text = text.slice(0, first.start) + stand + blank.slice(stand.length) + text.slice(last.end);
  }
  return { text, relations };
}

/** The identifiers of the qualified name that ends before this token. */
function chainBefore(body: string, tokens: readonly Token[], end: number): readonly Token[] {
  const chain: Token[] = [];
  for (let i = end - 1; i >= 0; i -= 2) {
    const token = tokens[i];
    if (token === undefined || (token.kind !== "word" && token.kind !== "quoted identifier")) break;
    chain.unshift(token);
    if (!isToken(body, tokens[i - 1], ".")) break;
  }
  return chain;
}
