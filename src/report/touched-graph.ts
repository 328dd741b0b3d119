/** The objects that a plan touches and who of them needs whom, as a picture in Markdown. */
import type { StepKind } from "../../graph/step.ts";
import { mermaidText } from "./graph-drawing.ts";
import { fenced } from "./markdown.ts";

export interface TouchedObject {
  readonly key: string;
  /** As pg_identify_object prints it. */
  readonly label: string;
  readonly step: StepKind;
  readonly unmanaged: boolean;
}

/** `from` needs `to`. */
export interface TouchedEdge {
  readonly from: string;
  readonly to: string;
  readonly soft: boolean;
}

export interface TouchedGraph {
  readonly objects: readonly TouchedObject[];
  readonly edges: readonly TouchedEdge[];
}

/** More than that nobody can read; Mermaid itself gives up at 500 edges and 50,000 characters. */
const most = { objects: 50, edges: 150 };

/** What each step looks like, in light and dark. */
const looks: Readonly<Partial<Record<StepKind, string>>> = {
  create: "stroke:#1a7f37,stroke-width:2px",
  recreate: "stroke:#bf8700,stroke-width:3px",
  detach: "stroke:#bf8700,stroke-width:2px",
  drop: "stroke:#cf222e,stroke-width:2px,stroke-dasharray:4 3",
};

/** In at most `room` UTF-16 units; empty where no two objects hang together. */
export function touchedMermaid({ objects, edges }: TouchedGraph, room: number): string {
  const linked = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const candidates = objects.filter(({ key }) => linked.has(key));
  for (let count = Math.min(candidates.length, most.objects); count > 1; count = Math.floor(count / 2)) {
    const text = draw(candidates.slice(0, count), edges, candidates.length - count);
    if (text.length <= room) return text;
  }
  return "";
}

function draw(shown: readonly TouchedObject[], edges: readonly TouchedEdge[], left: number): string {
  const ids = new Map(shown.map(({ key }, index) => [key, `n${index + 1}`]));
  const inside = edges.filter(({ from, to }) => ids.has(from) && ids.has(to));
  if (inside.length === 0) return "";
  const lines = ["flowchart LR"];
  for (const { key, label, step, unmanaged } of shown) {
    const text = mermaidText(unmanaged ? `${label} (unmanaged)` : label);
    const look = looks[step] === undefined ? "" : `:::${step}`;
    // The word tells the step without colour.
    lines.push(`  ${ids.get(key)}["${text}<br/>${step}"]${look}`);
  }
  for (const { from, to, soft } of inside.slice(0, most.edges))
    lines.push(`  ${ids.get(from)} ${soft ? "-.->" : "-->"} ${ids.get(to)}`);
  const steps = new Set(shown.map(({ step }) => step));
  for (const [step, look] of Object.entries(looks))
    if (steps.has(step as StepKind)) lines.push(`  classDef ${step} ${look}`);
  const untold = left + Math.max(0, inside.length - most.edges);
  const more = untold === 0 ? "" : "\n\nMore is touched than the picture shows.";
  return `${fenced(lines.join("\n"), "mermaid")}${more}`;
}
