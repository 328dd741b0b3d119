/** Which colour a node has: classes c0 to c9 of the style, each with a name for the legend. */
import type { PageNode } from "../../graph/picture/page-data.ts";
import type { Colouring } from "./view.ts";

const kinds: readonly string[] = [
  "table",
  "view",
  "materialized view",
  "function",
  "procedure",
  "aggregate",
  "trigger",
  "rule",
  "policy",
];
const states: readonly string[] = [
  "unchanged",
  "changed",
  "new",
  "moved",
  "drifted",
  "vanished",
  "unmanaged",
];

/** Of a kind's colour, which is the same in every picture. */
const kindClass: Readonly<Record<string, number>> = {
  table: 0,
  view: 1,
  "materialized view": 2,
  function: 3,
  procedure: 3,
  aggregate: 4,
  trigger: 5,
  rule: 6,
  policy: 7,
};
const stateClass: Readonly<Record<string, number>> = {
  unchanged: 3,
  changed: 5,
  new: 1,
  moved: 2,
  drifted: 8,
  vanished: 8,
  unmanaged: 6,
};
/** The colours that schemas take in turns. */
const turns = [1, 3, 5, 2, 7, 4, 6, 9, 8];

export interface Legend {
  readonly name: string;
  readonly colour: number;
  readonly count: number;
}

export interface Colours {
  of(node: PageNode): number;
  readonly legend: readonly Legend[];
}

export function chooseColours(nodes: readonly PageNode[], colouring: Colouring): Colours {
  const value = (node: PageNode) => facetOf(node, colouring);
  const counts = new Map<string, number>();
  for (const node of nodes) counts.set(value(node), (counts.get(value(node)) ?? 0) + 1);
  const order = colouring === "kind" ? kinds : colouring === "state" ? states : [];
  const names = [...counts.keys()].sort((a, b) => rank(order, a) - rank(order, b) || (a < b ? -1 : 1));
  const colours = new Map(names.map((name, i) => [name, colourOf(name, colouring, i)]));
  return {
    of: (node) => colours.get(value(node)) ?? 0,
    legend: names.map((name) => ({
      name,
      colour: colours.get(name) ?? 0,
      count: counts.get(name) ?? 0,
    })),
  };
}

function facetOf(node: PageNode, colouring: Colouring): string {
  switch (colouring) {
    case "kind":
      return node.kind;
    case "schema":
      return node.schema;
    case "state":
      return node.state ?? (node.kind === "table" ? "table" : "not known");
  }
}

function rank(order: readonly string[], name: string): number {
  const place = order.indexOf(name);
  return place === -1 ? order.length : place;
}

function colourOf(name: string, colouring: Colouring, place: number): number {
  switch (colouring) {
    case "kind":
      return kindClass[name] ?? 9;
    case "state":
      return stateClass[name] ?? 0;
    case "schema":
      return turns[place % turns.length] ?? 0;
  }
}
