/** Whether a statement takes whatever columns there are: then what it reads may grow under it. */
import { isSyntaxNode } from "../../graph/syntax/syntax-tree.ts";
import { parseSql } from "./parser.ts";

/**
 * True where a `*`, `x.*`, a `TABLE x` or a NATURAL JOIN stands outside of quoted bodies. `loadParser` must have been awaited. A text that does
 * not parse takes nothing.
 */
export function takesAllColumns(sql: string): boolean {
  // Nearly all texts are settled without parsing them.
  if (!sql.includes("*") && !/\b(?:natural|table)\b/i.test(sql)) return false;
  const outcome = parseSql(sql);
  return outcome.kind === "parsed" && outcome.statements.some(({ node }) => holdsStar(node));
}

function holdsStar(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsStar);
  if (!isSyntaxNode(value)) return false;
  if ("A_Star" in value || value.isNatural === true) return true;
  return Object.values(value).some(holdsStar);
}
