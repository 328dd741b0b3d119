/** What an export is made of: an object of the catalog, the statements that make it, and what it must follow. */

/** The kinds of nodes, in the order in which they stand where nothing forces another one. */
export const nodeKinds = [
  "role",
  "schema",
  "extension",
  "shell",
  "type",
  "sequence",
  "table",
  "default",
  "owned by",
  "index",
  "statistics",
  "attach",
  "function",
  "operator",
  "search",
  "foreign",
  "data",
  "constraint",
  "view",
  "rule",
  "trigger",
  "policy",
  "materialized view",
  "publication",
  "event trigger",
  "privileges",
] as const;

export type NodeKind = (typeof nodeKinds)[number];

export interface ExportNode {
  /** `catalog:oid`, or what else tells it apart. */
  readonly id: string;
  readonly kind: NodeKind;
  /** For ties of the order, and for messages: `table public.t`. */
  readonly name: string;
  /** Statements without semicolons, every name qualified. */
  readonly sql: readonly string[];
  /** Ids of nodes that it follows. */
  readonly needs: readonly string[];
}

/** `catalog:oid` of a row of a catalog. */
export function rowId(catalog: string, oid: number | string): string {
  return `${catalog}:${oid}`;
}
