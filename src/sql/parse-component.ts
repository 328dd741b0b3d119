/** From a component's text to what it declares: objects, attachments, references, and the mistakes in it. */
import type { ParsedComponent } from "../../graph/declared.ts";
import { joinAttachments } from "./join-attachments.ts";
import { loadParser } from "./library.ts";
import { psqlMisplacement } from "./misplaced.ts";
import { parseSql } from "./parser.ts";
import { type ReadStatements, readStatement } from "./read-statement.ts";
import type { Mistake, Source, SourceStatement } from "./source.ts";
import { syntaxFix } from "./syntax-fix.ts";

export type { Mistake };
export { loadParser };

export interface ParseContext {
  /** The components' search_path: an unqualified created object goes to the first schema, `public` where it is empty. */
  readonly searchPath: readonly string[];
}

/**
 * Parses the rendered text of one component. `loadParser` must have been awaited. All mistakes that can be found are
 * given, with offsets into `text`; what stands in statements without a mistake is parsed all the same. A syntax
 * error leaves the component empty.
 */
export function parseComponent(
  component: string,
  text: string,
  context: ParseContext,
): { readonly parsed: ParsedComponent; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const empty: ParsedComponent = { component, objects: [], loose: [] };
  const shift = text.startsWith("\uFEFF") ? 1 : 0;
  const body = shift === 0 ? text : text.slice(shift);
  const nul = body.indexOf("\0");
  if (nul !== -1) {
    const message = "the file holds a NUL character, which no SQL text can";
    const fix = "save it as UTF-8 text; UTF-16 files are full of them";
    return { parsed: empty, mistakes: [{ code: "syntax-error", message, offset: nul + shift, fix }] };
  }
  const outcome = parseSql(body);
  if (outcome.kind === "refused") {
    const { message, offset } = outcome;
    const psql = message.startsWith("syntax error") ? psqlMisplacement(body, offset) : null;
    const mistake: Mistake =
      psql === null
        ? { code: "syntax-error", message, offset: offset + shift, fix: syntaxFix(message) }
        : { code: "misplaced-statement", ...psql, offset: offset + shift };
    return { parsed: empty, mistakes: [mistake] };
  }
  const source: Source = {
    component,
    text: body,
    searchPath: context.searchPath,
    defaultSchema: context.searchPath[0] ?? "public",
    shift,
    toOffset: outcome.toOffset,
    report: (mistake) => {
      mistakes.push({ ...mistake, offset: mistake.offset + shift });
    },
  };
  const read: ReadStatements = { declarations: [], pending: [] };
  for (const statement of outcome.statements) {
    readOne({ ...statement, source, sql: body.slice(statement.start, statement.end) }, read);
  }
  return { parsed: joinAttachments(source, read.declarations, read.pending), mistakes };
}

/** A tree that is deeper than the stack, as ten thousand operators in a row make it, is a mistake of its statement. */
function readOne(statement: SourceStatement, read: ReadStatements): void {
  try {
    readStatement(statement, read);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = "the statement is nested too deep";
    statement.source.report({
      code: "syntax-error",
      message,
      offset: statement.start,
      fix: syntaxFix(message),
    });
  }
}
