/** A function's body as a string, and where its characters stand in the component's text. */
import type { DefElem } from "@pgsql/types";
import { nameParts } from "../../graph/syntax/syntax-tree.ts";
import { nextToken, stringContent, type Token } from "./lexer.ts";
import type { SourceStatement } from "./source.ts";

export interface BodyText {
  readonly text: string;
  /** From a unit of `text` to a unit of the component's text. Close, not exact, inside E'' strings with long escapes. */
  readonly toComponent: (unit: number) => number;
}

/** The body of `AS '…'`; null for C functions, whose AS names a file and a symbol. */
export function bodyText(statement: SourceStatement, as: DefElem | undefined): BodyText | null {
  if (as?.arg === undefined || !("List" in as.arg)) return null;
  const items = as.arg.List.items ?? [];
  const [text] = items.length === 1 ? nameParts(items) : [];
  if (text === undefined) return null;
  const { source } = statement;
  const keyword = nextToken(source.text, source.toOffset(as.location ?? 0), statement.end);
  const literal = keyword === null ? null : nextToken(source.text, keyword.end, statement.end);
  if (literal?.kind !== "string") return { text, toComponent: () => statement.start + source.shift };
  const toSource = literalOffsets(source.text, literal);
  return { text, toComponent: (unit) => toSource(unit) + source.shift };
}

/** From a unit of a literal's value to one of the text it stands in. */
function literalOffsets(source: string, literal: Token): (unit: number) => number {
  const { start, end } = stringContent(source, literal);
  const backslashes = /[eE]/.test(source[literal.start] ?? "");
  const written = source.slice(start, end);
  const escaped = source[literal.start] !== "$" && (backslashes ? /['\\]/ : /'/).test(written);
  if (!escaped) return (unit) => start + unit;
  const units: number[] = [];
  for (let at = 0; at < written.length; at++) {
    units.push(start + at);
    if (written[at] === "'" || (backslashes && written[at] === "\\")) at++;
  }
  return (unit) => units[unit] ?? end;
}
