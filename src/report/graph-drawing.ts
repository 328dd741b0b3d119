/** The dependency graph in the languages of Graphviz and Mermaid: arrows go from the dependent to what it needs. */
import { type DependencyGraph, type GraphNode, isUnmanaged } from "./graph.ts";

/** Nodes are named by their place, so that no name needs to be an identifier there. */
export function drawDot(graph: DependencyGraph): string {
  const ids = nodeIds(graph);
  const lines = ["digraph dependencies {", "  rankdir=LR;", "  node [shape=box];"];
  for (const node of graph.nodes) {
    const style = node.kind === "table" ? ", shape=cylinder" : isUnmanaged(node) ? ", style=dashed" : "";
    lines.push(`  ${ids.get(node.key)} [label=${dotString(nodeText(node))}${style}];`);
  }
  for (const { from, to, strength } of graph.edges) {
    lines.push(`  ${ids.get(from)} -> ${ids.get(to)}${strength === "soft" ? " [style=dashed]" : ""};`);
  }
  return [...lines, "}"].join("\n");
}

export function drawMermaid(graph: DependencyGraph): string {
  const ids = nodeIds(graph);
  const lines = ["flowchart LR"];
  for (const node of graph.nodes) {
    const text = `"${mermaidText(nodeText(node))}"`;
    lines.push(`  ${ids.get(node.key)}${node.kind === "table" ? `[(${text})]` : `[${text}]`}`);
  }
  for (const { from, to, strength } of graph.edges) {
    lines.push(`  ${ids.get(from)} ${strength === "soft" ? "-.->" : "-->"} ${ids.get(to)}`);
  }
  const unmanaged = graph.nodes.filter(isUnmanaged).map((node) => ids.get(node.key));
  if (unmanaged.length > 0) {
    lines.push("  classDef unmanaged stroke-dasharray: 4 4", `  class ${unmanaged.join(",")} unmanaged`);
  }
  return lines.join("\n");
}

function nodeIds(graph: DependencyGraph): ReadonlyMap<string, string> {
  return new Map(graph.nodes.map((node, i) => [node.key, `n${i + 1}`]));
}

function nodeText(node: GraphNode): string {
  if (node.extension !== null) return `${node.label} (extension ${node.extension})`;
  return isUnmanaged(node) ? `${node.label} (unmanaged)` : node.label;
}

/** In a quoted string of DOT a backslash begins an escape such as \N, the node's name. */
function dotString(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll(/\r?\n|\r/g, "\\n");
  return `"${escaped}"`;
}

/** For a quoted string: everything that Mermaid or the HTML that it makes could read as its own becomes a character code. */
export function mermaidText(text: string): string {
  const escaped = [...text].map((char) =>
    /[\p{L}\p{N}\p{Emoji_Presentation} ._,()-]/u.test(char) ? char : `#${char.codePointAt(0)};`,
  );
  return escaped.join("");
}
