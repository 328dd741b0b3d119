/** Where the nodes of one part of the picture stand, all of which lines connect. */
import { assignBoundLayers } from "./bound-layers.ts";
import { assignMiddles } from "./coordinates.ts";
import { type Line, orderLayers } from "./crossings.ts";
import { assignLayers, type Link } from "./layers.ts";
import { nodeHeight } from "./node-size.ts";

/** Where what needs something stands: to the right of that, or below it. */
export type Direction = "right" | "down";

export interface Place {
  /** Of a node: the middle of its left side. */
  readonly x: number;
  readonly y: number;
}

export interface Part {
  readonly nodes: readonly number[];
  readonly width: number;
  readonly height: number;
  /** By node; from the part's upper left corner. */
  readonly places: ReadonlyMap<number, Place>;
  /** By link. */
  readonly bends: ReadonlyMap<number, readonly Place[]>;
}

export interface PartShape {
  readonly direction: Direction;
  /** Downwards: how wide a layer may be. */
  readonly widest: number;
  /** To the right: how many rows a layer has at most, before it takes several columns. */
  readonly rows: (nodes: number) => number;
}

/** In units of the picture: pixels at zoom 1. */
export const rowHeight = 34;
export const columnGap = 52;
const layerGap = 44;
const sideGap = 16;
const bendSize = 12;
/** Beside one a node: with more of them the lines are what fills the picture. */
const mostBends = 200;

/** `widths` and `links` are those of the whole picture. */
export function layOutPart(
  nodes: readonly number[],
  widths: readonly number[],
  links: readonly Link[],
  { direction, widest, rows: rowsOf }: PartShape,
): Part {
  const local = new Map(nodes.map((node, i) => [node, i]));
  const own = links.flatMap(({ from, to }, index) => {
    const [a, b] = [local.get(from), local.get(to)];
    return a === undefined || b === undefined || a === b ? [] : [{ from: a, to: b, index }];
  });
  const ownWidths = nodes.map((node) => widths[node] ?? 0);
  const sizes = ownWidths.map((width) => (direction === "right" ? rowHeight : width + sideGap));
  const layerOf =
    direction === "right"
      ? assignLayers(nodes.length, own)
      : assignBoundLayers(nodes.length, own, sizes, widest);
  const rows = rowsOf(nodes.length);
  const counts: number[] = [];
  for (const layer of layerOf) counts[layer] = (counts[layer] ?? 0) + 1;
  const broken = direction === "right" && counts.some((size) => size > rows);
  const crossed = own.reduce((sum, { from, to }) => {
    return sum + Math.abs((layerOf[from] ?? 0) - (layerOf[to] ?? 0)) - 1;
  }, 0);
  const bend = !broken && crossed <= mostBends + nodes.length;
  const { layers, lines, bends } = withBends(nodes.length, layerOf, own, bend);
  const order = orderLayers(layers, lines);
  if (broken) return inColumns(nodes, order, ownWidths, rows);
  const middles = assignMiddles(order, lines, [...sizes, ...bends.map(() => bendSize)], direction === "down");
  return inLayers({ nodes, widths: ownWidths, sizes, order, middles, bends, direction });
}

interface Bend {
  /** The link that it belongs to, by its place in the whole picture. */
  readonly link: number;
  readonly node: number;
}

/** A line over several layers gets a node in each that it crosses, so that it finds a way between the others. */
function withBends(
  count: number,
  layerOf: readonly number[],
  links: readonly (Link & { readonly index: number })[],
  bend: boolean,
): { readonly layers: number[][]; readonly lines: readonly Line[]; readonly bends: readonly Bend[] } {
  const layers: number[][] = [];
  const put = (node: number, layer: number) => {
    while (layers.length <= layer) layers.push([]);
    layers[layer]?.push(node);
  };
  for (let node = 0; node < count; node++) put(node, layerOf[node] ?? 0);
  const lines: Line[] = [];
  const bends: Bend[] = [];
  let next = count;
  for (const { from, to, index } of links) {
    const [a, b] = [layerOf[from] ?? 0, layerOf[to] ?? 0];
    const [lower, upper] = a < b ? [from, to] : [to, from];
    const [bottom, top] = [Math.min(a, b), Math.max(a, b)];
    if (top === bottom) continue;
    let last = lower;
    for (let layer = bottom + 1; bend && layer < top; layer++) {
      put(next, layer);
      bends.push({ link: index, node: next });
      lines.push({ lower: last, upper: next });
      last = next++;
    }
    // Without bends a long line counts as one between neighbours: the order still follows it.
    lines.push({ lower: last, upper });
  }
  return { layers, lines, bends };
}

interface Layered {
  readonly nodes: readonly number[];
  readonly widths: readonly number[];
  /** Along their layer. */
  readonly sizes: readonly number[];
  /** Bends are behind the nodes. */
  readonly order: readonly (readonly number[])[];
  readonly middles: Float64Array;
  readonly bends: readonly Bend[];
  readonly direction: Direction;
}

function inLayers({ nodes, widths, sizes, order, middles, bends, direction }: Layered): Part {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  middles.forEach((middle, node) => {
    const half = (sizes[node] ?? bendSize) / 2;
    first = Math.min(first, middle - half);
    last = Math.max(last, middle + half);
  });
  const places = new Map<number, Place>();
  const bendPlaces = new Map<number, Place>();
  const gap = direction === "right" ? columnGap : layerGap;
  let start = 0;
  for (const layer of order) {
    const depth = direction === "right" ? Math.max(0, ...layer.map((node) => widths[node] ?? 0)) : nodeHeight;
    for (const local of layer) {
      const node = nodes[local];
      const along = (middles[local] ?? 0) - first;
      const middle = start + depth / 2;
      if (direction === "right") {
        if (node === undefined) bendPlaces.set(local, { x: middle, y: along });
        else places.set(node, { x: start, y: along });
      } else if (node === undefined) bendPlaces.set(local, { x: along, y: middle });
      else places.set(node, { x: along - (widths[local] ?? 0) / 2, y: middle });
    }
    start += depth + gap;
  }
  const ways = new Map<number, Place[]>();
  for (const { link, node } of bends) {
    const at = bendPlaces.get(node);
    if (at === undefined) continue;
    const way = ways.get(link);
    if (way === undefined) ways.set(link, [at]);
    else way.push(at);
  }
  const [along, across] = [last - first, start - gap];
  const [width, height] = direction === "right" ? [across, along] : [along, across];
  return { nodes, width, height, places, bends: ways };
}

/** A layer of many takes several columns, filled row by row, so that neighbours stay near each other. */
function inColumns(
  nodes: readonly number[],
  order: readonly (readonly number[])[],
  widths: readonly number[],
  rows: number,
): Part {
  const columns = order.map((layer) => Math.max(1, Math.ceil(layer.length / rows)));
  const tallest = Math.max(...order.map((layer, i) => Math.ceil(layer.length / (columns[i] ?? 1))));
  const height = tallest * rowHeight;
  const places = new Map<number, Place>();
  let x = 0;
  for (const [index, layer] of order.entries()) {
    const count = columns[index] ?? 1;
    const top = (height - Math.ceil(layer.length / count) * rowHeight) / 2;
    for (let column = 0; column < count; column++) {
      const members = layer.filter((_, i) => i % count === column);
      members.forEach((local, row) => {
        const node = nodes[local];
        if (node !== undefined) places.set(node, { x, y: top + (row + 0.5) * rowHeight });
      });
      const width = Math.max(0, ...members.map((local) => widths[local] ?? 0));
      x += width + (column === count - 1 ? columnGap : columnGap / 3);
    }
  }
  return { nodes, width: x - columnGap, height, places, bends: new Map() };
}
