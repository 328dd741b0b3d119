/** Whether a view's query gives what it gave before, with more columns behind. Both are PostgreSQL's own printed texts. */
import { isSyntaxNode, nameParts, type SyntaxNode } from "./syntax-tree.ts";

/**
 * The names of the functions that the appended columns call: an aggregate or a set-returning one among them would change the
 * rows after all. Null where anything else differs, or where the columns themselves make the rows (DISTINCT, UNION).
 * Statements are CREATE VIEW, as libpg_query parses them.
 */
export function callsOfAppendedColumns(before: unknown, after: unknown): readonly string[] | null {
  const old = selectOf(before);
  const now = selectOf(after);
  if (old === null || now === null) return null;
  const { targetList: oldTargets, ...oldRest } = old;
  const { targetList: nowTargets, ...nowRest } = now;
  if (!Array.isArray(oldTargets) || !Array.isArray(nowTargets)) return null;
  if (now.distinctClause !== undefined || textOf(oldRest) !== textOf(nowRest)) return null;
  if (textOf(oldTargets) !== textOf(nowTargets.slice(0, oldTargets.length))) return null;
  return functionNames(nowTargets.slice(oldTargets.length));
}

function selectOf(statement: unknown): SyntaxNode | null {
  if (!isSyntaxNode(statement) || !isSyntaxNode(statement.ViewStmt)) return null;
  const { query } = statement.ViewStmt;
  return isSyntaxNode(query) && isSyntaxNode(query.SelectStmt) ? query.SelectStmt : null;
}

/** Where a name stands in its text is no difference. */
function textOf(tree: unknown): string {
  return JSON.stringify(tree, (key, value: unknown) => (key === "location" ? undefined : value));
}

function functionNames(tree: unknown): readonly string[] {
  if (Array.isArray(tree)) return tree.flatMap(functionNames);
  if (!isSyntaxNode(tree)) return [];
  const own = isSyntaxNode(tree.FuncCall) ? nameParts(tree.FuncCall.funcname as never).slice(-1) : [];
  return [...own, ...Object.values(tree).flatMap(functionNames)];
}
