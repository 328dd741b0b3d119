/** The dependency graph as an SVG picture for documents: the layers of the page, in colours that suit light and dark paper. */
import { edgePath } from "../../graph/picture/edge-path.ts";
import { layOut } from "../../graph/picture/layout.ts";
import { commonSchema, nodeHeight, nodeWidth, shownName } from "../../graph/picture/node-size.ts";
import { type DependencyGraph, isUnmanaged } from "./graph.ts";

const margin = 16;

const style = `
  text { font: 12px system-ui, sans-serif; fill: #1f2933; }
  .node rect { fill: #fff; stroke: #7b8794; }
  .edge { fill: none; stroke: #9aa5b1; }
  .soft { stroke-dasharray: 5 4; }
  .unmanaged rect { stroke-dasharray: 4 3; }
  .table rect { fill: #f0f2f5; }
  .view rect { stroke: #2f6fb0; }
  .materialized-view rect { stroke: #6b4fa0; }
  .function rect, .procedure rect, .aggregate rect { stroke: #1f7a5a; }
  .trigger rect, .rule rect, .policy rect { stroke: #a85d1a; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e7eb; } .node rect { fill: #1f2933; } .table rect { fill: #323f4b; } .edge { stroke: #616e7c; }
  }
`;

export function drawSvg(graph: DependencyGraph): string {
  const places = new Map(graph.nodes.map((node, i) => [node.key, i]));
  const schema = commonSchema(graph.nodes);
  const widths = graph.nodes.map((node) => nodeWidth(node, schema));
  const links = graph.edges.flatMap((edge) => {
    const [from, to] = [places.get(edge.from), places.get(edge.to)];
    return from === undefined || to === undefined ? [] : [{ from, to, soft: edge.strength === "soft" }];
  });
  const layout = layOut(widths, links);
  const [width, height] = [layout.width + 2 * margin, layout.height + 2 * margin].map(Math.ceil);
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-margin} ${-margin} ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>Dependency graph: ${graph.nodes.length} objects</title>`,
    `<style>${style}</style>`,
    ...links.map(({ from, to, soft }, i) => {
      const path = edgePath(layout, i, from, to, widths);
      return `<path class="edge${soft ? " soft" : ""}" d="${path}"/>`;
    }),
    ...graph.nodes.map((node, i) => {
      const { x, y } = layout.places[i] ?? { x: 0, y: 0 };
      const kind = `node ${node.kind.replaceAll(" ", "-")}${isUnmanaged(node) ? " unmanaged" : ""}`;
      const box = `<rect y="${-nodeHeight / 2}" width="${widths[i] ?? 0}" height="${nodeHeight}" rx="6"/>`;
      const text = `<text x="12" y="4">${escapeXml(shownName(node, schema))}</text>`;
      return `<g class="${kind}" transform="translate(${round(x)} ${round(y)})"><title>${escapeXml(node.label)}</title>${box}${text}</g>`;
    }),
    "</svg>",
  ];
  return lines.join("\n");
}

/** XML has no place for most control characters, not even escaped: all are shown as the replacement character. */
function escapeXml(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\uFFFE\uFFFF]|\p{Surrogate}/gu, "\uFFFD")
    .replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
