/** The dependency graph as text: each object with what it needs, or the trees of one object in both directions. */
import { type GraphEdge, type GraphNode, type IndexedGraph, isUnmanaged } from "./graph.ts";
import type { Style } from "./style.ts";

/** Every object that a component declares or that hangs on one, with its direct needs. */
export function formatGraph(graph: IndexedGraph, style: Style): string {
  const lines: string[] = [];
  for (const node of graph.graph.nodes) {
    if (node.kind === "table" && graph.needs(node.key).length === 0) continue;
    lines.push(describeNode(node, style));
    for (const edge of graph.needs(node.key)) {
      const needed = graph.nodes.get(edge.to);
      if (needed !== undefined) lines.push(`  ${style.dim("needs")} ${needed.label}${edgeMark(edge, style)}`);
    }
  }
  lines.push(formatCounts(graph, style));
  return lines.join("\n");
}

/** For each of the objects: all that it needs, and all that needs it. */
export function formatTrees(graph: IndexedGraph, keys: readonly string[], style: Style): string {
  const blocks: string[] = [];
  for (const key of keys) {
    const node = graph.nodes.get(key);
    if (node === undefined) continue;
    const lines = [style.bold(describeNode(node, style))];
    const needs = (of: string) => graph.needs(of).map((edge) => ({ edge, to: edge.to }));
    const neededBy = (of: string) => graph.neededBy(of).map((edge) => ({ edge, to: edge.from }));
    for (const [title, next] of [
      ["needs", needs],
      ["is needed by", neededBy],
    ] as const) {
      const branches = next(key);
      lines.push(branches.length === 0 ? `${title} nothing` : `${title}:`);
      growTree(graph, branches, next, new Set([key]), "", lines, style);
    }
    blocks.push(lines.join("\n"));
  }
  return blocks.join("\n\n");
}

interface Branch {
  readonly edge: GraphEdge;
  readonly to: string;
}

/** An object that was shown before is not followed again, so that the text ends and stays readable. */
function growTree(
  graph: IndexedGraph,
  branches: readonly Branch[],
  next: (key: string) => readonly Branch[],
  shown: Set<string>,
  indent: string,
  lines: string[],
  style: Style,
): void {
  for (const [i, { edge, to }] of branches.entries()) {
    const node = graph.nodes.get(to);
    if (node === undefined) continue;
    const last = i === branches.length - 1;
    const again = shown.has(to);
    const children = next(to);
    const mark = again && children.length > 0 ? ` ${style.dim("(see above)")}` : "";
    lines.push(
      `${style.dim(indent + (last ? style.lines.last : style.lines.branch))}${describeNode(node, style)}${edgeMark(edge, style)}${mark}`,
    );
    if (again) continue;
    shown.add(to);
    growTree(graph, children, next, shown, indent + (last ? "   " : style.lines.through), lines, style);
  }
}

function describeNode(node: GraphNode, style: Style): string {
  if (node.component !== null) return `${node.label}  ${style.dim(node.component)}`;
  if (node.extension !== null) return `${node.label}  ${style.dim(`(extension ${node.extension})`)}`;
  return isUnmanaged(node) ? `${node.label}  ${style.yellow("(unmanaged)")}` : node.label;
}

function edgeMark(edge: GraphEdge, style: Style): string {
  return edge.strength === "soft" ? ` ${style.cyan("~ soft")}` : "";
}

function formatCounts({ graph }: IndexedGraph, style: Style): string {
  const count = (some: readonly unknown[], one: string) =>
    `${some.length} ${one}${some.length === 1 ? "" : "s"}`;
  const parts = [
    count(
      graph.nodes.filter((node) => node.component !== null),
      "object",
    ),
    count(
      graph.nodes.filter((node) => node.kind === "table"),
      "table",
    ),
    `${graph.nodes.filter(isUnmanaged).length} unmanaged`,
    `${graph.edges.filter((edge) => edge.strength === "hard").length} hard and ${graph.edges.filter((edge) => edge.strength === "soft").length} soft dependencies`,
  ];
  return style.bold(parts.join(", "));
}
