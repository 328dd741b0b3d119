/** Finds the names in statements whose tree has no positions for them. */
import type { RangeVar } from "@pgsql/types";
import type { Span } from "../../graph/declared.ts";
import { isToken, nameSpan, nextToken } from "./lexer.ts";
import { type SourceStatement, within } from "./source.ts";

/** The head of a CREATE statement. Spans are relative to the statement. */
export interface CreateHead {
  readonly orReplace: Span | null;
  readonly name: Span;
}

/** `lastKeyword` ends the kind, in lower case: it may be longer, as in RECURSIVE VIEW or CONSTRAINT TRIGGER. */
export function createHead(statement: SourceStatement, lastKeyword: string): CreateHead {
  const { text } = statement.source;
  const create = nextToken(text, statement.start, statement.end);
  if (create === null) throw lost(statement);
  let orReplace: Span | null = null;
  for (let token = nextToken(text, create.end, statement.end); token !== null; ) {
    const next = nextToken(text, token.end, statement.end);
    if (isToken(text, token, "replace") && next !== null) {
      orReplace = within(statement, { start: create.end, end: next.start });
    }
    if (isToken(text, token, lastKeyword)) {
      const name = nameSpan(text, token.end, statement.end);
      if (name === null) break;
      return { orReplace, name: within(statement, name) };
    }
    token = next;
  }
  throw lost(statement);
}

/** Where a relation's name stands, relative to the statement. */
export function relationSpan(statement: SourceStatement, relation: RangeVar): Span {
  const start = statement.source.toOffset(relation.location ?? 0);
  const span = nameSpan(statement.source.text, start, statement.end);
  if (span === null) throw lost(statement);
  return within(statement, span);
}

/** The lexer disagrees with the parser, which accepted the statement: a bug in the tool. */
export function lost(statement: SourceStatement): Error {
  return new Error(
    `${statement.source.component}: the lexer lost its way in: ${statement.sql.slice(0, 200)}`,
  );
}
