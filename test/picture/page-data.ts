/** Small graphs for tests of what the page computes. */
import type { PageData, PageEdge, PageNode } from "../../graph/picture/page-data.ts";

export function pageNode(name: string, part: Partial<PageNode> = {}): PageNode {
  const kind = part.kind ?? "view";
  const schema = part.schema ?? "public";
  return {
    key: JSON.stringify([kind, schema, name]),
    label: `${kind} ${schema}.${name}`,
    kind,
    schema,
    name,
    component: kind === "table" ? null : `${name}.sql`,
    scope: null,
    state: null,
    extension: null,
    owner: null,
    comment: null,
    grants: [],
    columns: ["a", "b"].map((column) => ({ name: column, type: "integer", comment: null })),
    lineage: [],
    on: null,
    star: false,
    replaceable: kind !== "materialized view",
    returns: null,
    ...part,
  };
}

export function pageEdge(from: number, to: number, part: Partial<PageEdge> = {}): PageEdge {
  return { from, to, soft: false, columns: [0], rows: false, ...part };
}

export function pageData(nodes: readonly PageNode[], edges: readonly PageEdge[]): PageData {
  return { version: 1, project: "test", database: "test", nodes, edges, layout: null };
}
