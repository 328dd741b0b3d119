/** What one expression or statement of a PL/pgSQL body names. */
import type { Node } from "@pgsql/types";
import type { Reference } from "../../graph/reference.ts";
import { referenceCollector } from "../../graph/syntax/collect-references.ts";
import { stringConstant } from "../../graph/syntax/syntax-tree.ts";
import type { BodyText } from "./body-text.ts";
import { isToken, tokensOf } from "./lexer.ts";
import { type ParsedStatement, parseSql } from "./parser.ts";
import type { PlpgsqlExpression } from "./plpgsql-tree.ts";

const select = "SELECT ";
/** An expression without any of these calls nothing, reads nothing and names no type. */
const naming = /[([]|::|\bfrom\b|["\w]\s*'/i;

export function expressionReferences(
  expression: PlpgsqlExpression,
  body: BodyText,
  lineStart: number,
  searchPath: readonly string[] | undefined,
): readonly Reference[] {
  const { query, form, dynamic } = expression;
  if (form !== "statement" && !dynamic && !naming.test(query)) return [];
  const start = placeOf(query, body.text, lineStart);
  const references: Reference[] = [];
  for (const { text, at } of statementsOf(expression)) {
    const outcome = parseSql(text);
    // PostgreSQL refuses such a body too, with a better message.
    if (outcome.kind === "refused") continue;
    const run = dynamic ? executedText(outcome.statements) : null;
    const inner = run === null ? outcome : parseSql(run);
    if (inner.kind === "refused") continue;
    // The text that EXECUTE runs begins behind its quote.
    const extra = run === null ? at : -1;
    const collector = referenceCollector({
      strength: "soft",
      toOffset: (byte) => body.toComponent(start + Math.max(inner.toOffset(byte) - extra, 0)),
      searchPath,
    });
    for (const { node } of inner.statements) collector.add(node);
    references.push(...collector.finish());
  }
  return references;
}

/** The expression as SQL statements, each with how many units it has more in front than the query has there. */
function statementsOf({
  query,
  form,
}: PlpgsqlExpression): readonly { readonly text: string; readonly at: number }[] {
  if (form === "statement") return [{ text: query, at: 0 }];
  if (form === "expression") return [{ text: select + query, at: select.length }];
  const assignment = assignmentEnd(query);
  if (assignment === null) return [];
  const target = query.slice(0, assignment.targetEnd);
  const value = {
    text: select + query.slice(assignment.valueStart),
    at: select.length - assignment.valueStart,
  };
  return target.includes("[") ? [{ text: select + target, at: select.length }, value] : [value];
}

/** Where `target := value` or `target = value` is cut. */
function assignmentEnd(query: string): { readonly targetEnd: number; readonly valueStart: number } | null {
  let depth = 0;
  const tokens = tokensOf(query, 0, query.length);
  for (const [i, token] of tokens.entries()) {
    if (isToken(query, token, "[") || isToken(query, token, "(")) depth++;
    else if (isToken(query, token, "]") || isToken(query, token, ")")) depth--;
    else if (depth === 0 && isToken(query, token, "=")) {
      const colon = tokens[i - 1];
      const targetEnd = colon !== undefined && isToken(query, colon, ":") ? colon.start : token.start;
      return { targetEnd, valueStart: token.end };
    }
  }
  return null;
}

/** The statement that EXECUTE of a literal runs; null where the text is built. */
function executedText(statements: readonly ParsedStatement[]): string | null {
  const node: Node | undefined = statements[0]?.node;
  if (node === undefined || !("SelectStmt" in node)) return null;
  const [target] = node.SelectStmt.targetList ?? [];
  return target !== undefined && "ResTarget" in target ? stringConstant(target.ResTarget.val) : null;
}

/** Where the query stands in the body, as near as its statement's line tells. */
function placeOf(query: string, body: string, lineStart: number): number {
  const whole = body.indexOf(query, lineStart);
  if (whole !== -1) return whole;
  // PERFORM was made SELECT, which is one letter shorter, or an INTO in the middle was blanked.
  const rest = query.startsWith("SELECT") ? body.indexOf(query.slice("SELECT".length), lineStart) : -1;
  if (rest !== -1) return rest - "SELECT".length;
  const word = /^\S*/.exec(query)?.[0] ?? "";
  return Math.max(body.indexOf(word, lineStart), lineStart);
}
