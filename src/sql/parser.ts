/** The boundary to libpg_query: PostgreSQL's own grammar, with positions in UTF-16 units. */
import type { Node } from "@pgsql/types";
import { nextToken } from "./lexer.ts";
import { parserLibrary } from "./library.ts";
import { byteOffsets, codePointOffset } from "./position.ts";

/** One statement of a text, with its range: no comments or semicolon at its ends. */
export interface ParsedStatement {
  readonly node: Node;
  readonly start: number;
  readonly end: number;
}

export type ParseOutcome =
  | {
      readonly kind: "parsed";
      readonly statements: readonly ParsedStatement[];
      /** From the byte offsets in the nodes to UTF-16 units into the text. */
      readonly toOffset: (byte: number) => number;
    }
  | { readonly kind: "refused"; readonly message: string; readonly offset: number };

/** Parses a text without a NUL or a byte-order mark. Throws only where the parser itself breaks. */
export function parseSql(text: string): ParseOutcome {
  const toOffset = byteOffsets(text);
  if (text === "") return { kind: "parsed", statements: [], toOffset };
  const { parseSync, hasSqlDetails } = parserLibrary();
  try {
    const statements: ParsedStatement[] = [];
    for (const { stmt, stmt_location = 0, stmt_len } of parseSync(text).stmts ?? []) {
      if (stmt === undefined) continue;
      const start = toOffset(stmt_location);
      const end = stmt_len === undefined ? text.length : toOffset(stmt_location + stmt_len);
      statements.push({ node: stmt, ...trimmed(text, start, end) });
    }
    return { kind: "parsed", statements, toOffset };
  } catch (error) {
    // The tree of ten thousand operators in a row is deeper than the stack.
    if (error instanceof RangeError) {
      return { kind: "refused", message: "a statement is nested too deep", offset: 0 };
    }
    if (!hasSqlDetails(error)) throw error;
    const { message } = error;
    const offset = codePointOffset(text, error.sqlDetails?.cursorPosition ?? 0);
    return { kind: "refused", message, offset: offset === 0 ? writtenZero(text, message) : offset };
  }
}

/** The range without white space and comments at its ends. */
function trimmed(text: string, start: number, end: number): { readonly start: number; readonly end: number } {
  const written = text.slice(start, end);
  if (!written.includes("--") && !written.includes("/*")) {
    let from = start;
    let to = end;
    while (from < to && isSpace(text.charCodeAt(from))) from++;
    while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
    return { start: from, end: to };
  }
  const first = nextToken(text, start, end);
  let last = first;
  for (let token = first; token !== null; token = nextToken(text, token.end, end)) last = token;
  return { start: first?.start ?? start, end: last?.end ?? end };
}

/** Not trim(): a no-break space is part of an identifier. */
function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

/** PostgreSQL does not say where the escape stands that makes a NUL. */
function writtenZero(text: string, message: string): number {
  return message.endsWith("0x00")
    ? Math.max(0, text.search(/\\(0{1,3}|x0{1,2}|u0000|U0{8})(?![0-9a-f])/i))
    : 0;
}
