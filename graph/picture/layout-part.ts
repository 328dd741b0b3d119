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
const mostBends = 500;

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
  const most = broken ? 0 : mostBends + nodes.length;
  const { layers, lines, bends } =
    withBends(nodes.length, layerOf, own, most) ?? withoutBends(nodes.length, layerOf, own);
  const order = orderLayers(layers, lines);
  if (broken) return inColumns(nodes, order, ownWidths, rows);
  const middles = assignMiddles(order, lines, [...sizes, ...bends.map(() => bendSize)], direction === "down");
  return inLayers({ nodes, widths: ownWidths, sizes, order, middles, bends, direction });
}

interface Bend {
  /** The links that go through it, by their places in the whole picture. */
  readonly links: number[];
  readonly node: number;
}

interface Drawn {
  readonly layers: number[][];
  readonly lines: readonly Line[];
  readonly bends: readonly Bend[];
}

type OwnLink = Link & { readonly index: number };

/**
 * A line over several layers gets a node in each that it crosses, so that it finds a way between the others. Lines that begin, or
 * end, at the same node go together as far as they can: else those of what everything needs fill the picture. Null with more than `most`.
 */
function withBends(
  count: number,
  layerOf: readonly number[],
  links: readonly OwnLink[],
  most: number,
): Drawn | null {
  const layers = inTheirLayers(count, layerOf);
  const lines = new Map<string, Line>();
  const bends = new Map<string, Bend>();
  const draw = (lower: number, upper: number) => lines.set(`${lower} ${upper}`, { lower, upper });
  const [down, up] = [new Array<number>(count).fill(0), new Array<number>(count).fill(0)];
  for (const { from, to } of links) {
    down[from] = (down[from] ?? 0) + 1;
    up[to] = (up[to] ?? 0) + 1;
  }
  for (const { from, to, index } of links) {
    const [a, b] = [layerOf[from] ?? 0, layerOf[to] ?? 0];
    const [lower, upper] = a < b ? [from, to] : [to, from];
    // What goes back in a circle has a way of its own: it is drawn the other way round.
    const way = a < b ? `back ${index}` : (up[to] ?? 0) >= (down[from] ?? 0) ? `to ${to}` : `from ${from}`;
    let last = lower;
    for (let layer = Math.min(a, b) + 1; layer < Math.max(a, b); layer++) {
      const known = bends.get(`${way} ${layer}`);
      const bend = known ?? { links: [], node: count + bends.size };
      if (known === undefined) {
        if (bends.size === most) return null;
        bends.set(`${way} ${layer}`, bend);
        layers[layer]?.push(bend.node);
      }
      bend.links.push(index);
      draw(last, bend.node);
      last = bend.node;
    }
    if (a !== b) draw(last, upper);
  }
  return { layers, lines: [...lines.values()], bends: [...bends.values()] };
}

/** A long line counts as one between neighbours: the order still follows it. */
function withoutBends(count: number, layerOf: readonly number[], links: readonly OwnLink[]): Drawn {
  const lines = links.flatMap(({ from, to }) => {
    const [a, b] = [layerOf[from] ?? 0, layerOf[to] ?? 0];
    return a === b ? [] : [a < b ? { lower: from, upper: to } : { lower: to, upper: from }];
  });
  return { layers: inTheirLayers(count, layerOf), lines, bends: [] };
}

function inTheirLayers(count: number, layerOf: readonly number[]): number[][] {
  const layers: number[][] = [];
  for (let node = 0; node < count; node++) {
    const layer = layerOf[node] ?? 0;
    while (layers.length <= layer) layers.push([]);
    layers[layer]?.push(node);
  }
  return layers;
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
  const ways = new Map<number, Place[]>();
  const gap = direction === "right" ? columnGap : layerGap;
  let start = 0;
  for (const layer of order) {
    const depth = direction === "right" ? Math.max(0, ...layer.map((node) => widths[node] ?? 0)) : nodeHeight;
    // Straight past what stands in the layer.
    const ends = [start, start + depth];
    for (const local of layer) {
      const node = nodes[local];
      const along = (middles[local] ?? 0) - first;
      if (node !== undefined) {
        const [x, y] =
          direction === "right" ? [start, along] : [along - (widths[local] ?? 0) / 2, start + depth / 2];
        places.set(node, { x, y });
        continue;
      }
      const past = ends.map((end) => (direction === "right" ? { x: end, y: along } : { x: along, y: end }));
      for (const link of bends[local - nodes.length]?.links ?? [])
        ways.set(link, [...(ways.get(link) ?? []), ...past]);
    }
    start += depth + gap;
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
