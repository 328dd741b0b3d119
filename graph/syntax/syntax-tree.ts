/** Reading the parser's tree without trusting its shape: nodes as plain objects, names as lists of String nodes. */
import type { Node, TypeName } from "@pgsql/types";
import type { TypeReference } from "../reference.ts";

/** A node, wrapped in its tag (`{ FuncCall: {…} }`) or bare where the grammar fixes its type. */
export type SyntaxNode = Readonly<Record<string, unknown>>;

export function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The texts of a list of String nodes; other nodes (`*`) are left out. */
export function nameParts(nodes: readonly Node[] | undefined): readonly string[] {
  const parts: string[] = [];
  for (const node of nodes ?? []) {
    if ("String" in node && node.String.sval !== undefined) parts.push(node.String.sval);
  }
  return parts;
}

/** A qualified name's last two parts; the database's name, if given, is dropped. */
export interface NamePair {
  readonly schema: string | null;
  readonly name: string;
}

export function namePair(parts: readonly string[]): NamePair | null {
  const name = parts.at(-1);
  return name === undefined ? null : { schema: parts.at(-2) ?? null, name };
}

/** The type as written; null for a TypeName that names nothing. */
export function typeReference(type: TypeName): TypeReference | null {
  const parts = nameParts(type.names);
  const array = (type.arrayBounds?.length ?? 0) > 0;
  if (type.pct_type === true) {
    const relation = namePair(parts.slice(0, -1));
    const column = parts.at(-1);
    return relation === null || column === undefined ? null : { ...relation, array, column };
  }
  const pair = namePair(parts);
  return pair === null ? null : { ...pair, array };
}

/** The text of a string constant, casts taken off; null for anything else. */
export function stringConstant(node: unknown): string | null {
  let at = node;
  while (isSyntaxNode(at) && isSyntaxNode(at.TypeCast)) at = at.TypeCast.arg;
  if (!isSyntaxNode(at) || !isSyntaxNode(at.A_Const)) return null;
  const text = at.A_Const.sval;
  if (!isSyntaxNode(text)) return null;
  return typeof text.sval === "string" ? text.sval : "";
}
