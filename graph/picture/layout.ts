/**
 * Where everything in the picture stands: layers from left to right, what is needed left of what needs it. Parts that
 * nothing connects are laid out apart and put side by side.
 */
import { assignHeights } from "./coordinates.ts";
import { type Line, orderLayers } from "./crossings.ts";
import { assignLayers, type Link } from "./layers.ts";

interface Place {
  /** The middle of the left side. */
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** One a node. */
  readonly places: readonly Place[];
  /** One a link: the points on its way between both ends, from left to right; mostly none. */
  readonly bends: readonly (readonly Place[])[];
}

/** In units of the picture: pixels at zoom 1. */
const rowHeight = 34;
const columnGap = 52;
const bendHeight = 12;
const partGap = 40;
/** How much wider than high a picture should be. */
const shape = 1.6;
/** Beside one a node: with more of them the lines are what fills the picture. */
const mostBends = 200;
/** Below this many rows a layer is never broken. */
const fewRows = 30;

/** `widths` are those of the nodes. Deterministic: the same input gives the same picture. */
export function layOut(widths: readonly number[], links: readonly Link[]): Layout {
  const parts = connectedParts(widths.length, links).map((nodes) => layOutPart(nodes, widths, links));
  const single = parts.filter((part) => part.nodes.length === 1);
  const joined = parts.filter((part) => part.nodes.length > 1);
  const blocks = [...joined.sort((a, b) => b.nodes.length - a.nodes.length), ...grid(single, widths)];
  return pack(blocks, widths.length, links.length);
}

interface Part {
  readonly nodes: readonly number[];
  readonly width: number;
  readonly height: number;
  /** By node; from the part's upper left corner. */
  readonly places: ReadonlyMap<number, Place>;
  /** By link. */
  readonly bends: ReadonlyMap<number, readonly Place[]>;
}

function connectedParts(count: number, links: readonly Link[]): readonly (readonly number[])[] {
  const parent = Array.from({ length: count }, (_, i) => i);
  const root = (node: number): number => {
    let at = node;
    for (let up = parent[at] ?? at; up !== at; up = parent[at] ?? at) {
      parent[at] = parent[up] ?? up;
      at = up;
    }
    return at;
  };
  for (const { from, to } of links) parent[root(from)] = root(to);
  const parts = new Map<number, number[]>();
  for (let node = 0; node < count; node++) {
    const part = parts.get(root(node));
    if (part === undefined) parts.set(root(node), [node]);
    else part.push(node);
  }
  return [...parts.values()];
}

function layOutPart(nodes: readonly number[], widths: readonly number[], links: readonly Link[]): Part {
  const local = new Map(nodes.map((node, i) => [node, i]));
  const own = links.flatMap(({ from, to }, index) => {
    const [a, b] = [local.get(from), local.get(to)];
    return a === undefined || b === undefined || a === b ? [] : [{ from: a, to: b, index }];
  });
  const layerOf = assignLayers(nodes.length, own);
  const rows = Math.max(fewRows, Math.ceil(Math.sqrt((nodes.length * 6) / shape)));
  const counts: number[] = [];
  for (const layer of layerOf) counts[layer] = (counts[layer] ?? 0) + 1;
  const broken = counts.some((size) => size > rows);
  const crossed = own.reduce((sum, { from, to }) => {
    return sum + Math.abs((layerOf[from] ?? 0) - (layerOf[to] ?? 0)) - 1;
  }, 0);
  const bend = !broken && crossed <= mostBends + nodes.length;
  const { layers, lines, bends } = withBends(nodes.length, layerOf, own, bend);
  const order = orderLayers(layers, lines);
  const ownWidths = nodes.map((node) => widths[node] ?? 0);
  return broken ? inColumns(nodes, order, ownWidths, rows) : inLayers(nodes, order, lines, ownWidths, bends);
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

function inLayers(
  nodes: readonly number[],
  order: readonly (readonly number[])[],
  lines: readonly Line[],
  widths: readonly number[],
  bends: readonly Bend[],
): Part {
  const heights = Array.from({ length: nodes.length + bends.length }, (_, i) =>
    i < nodes.length ? rowHeight : bendHeight,
  );
  const middles = assignHeights(order, lines, heights);
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  middles.forEach((middle, node) => {
    top = Math.min(top, middle - (heights[node] ?? 0) / 2);
    bottom = Math.max(bottom, middle + (heights[node] ?? 0) / 2);
  });
  const places = new Map<number, Place>();
  const bendPlaces = new Map<number, Place>();
  let x = 0;
  for (const layer of order) {
    const width = Math.max(0, ...layer.map((node) => widths[node] ?? 0));
    for (const local of layer) {
      const node = nodes[local];
      const y = (middles[local] ?? 0) - top;
      if (node !== undefined) places.set(node, { x, y });
      else bendPlaces.set(local, { x: x + width / 2, y });
    }
    x += width + columnGap;
  }
  const ways = new Map<number, Place[]>();
  for (const { link, node } of bends) {
    const at = bendPlaces.get(node);
    if (at === undefined) continue;
    const way = ways.get(link);
    if (way === undefined) ways.set(link, [at]);
    else way.push(at);
  }
  return { nodes, width: x - columnGap, height: bottom - top, places, bends: ways };
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

/** Nodes that nothing connects stand together, in rows. */
function grid(single: readonly Part[], widths: readonly number[]): readonly Part[] {
  const nodes = single.flatMap((part) => part.nodes);
  if (nodes.length === 0) return [];
  const width = Math.max(...nodes.map((node) => widths[node] ?? 0)) + columnGap / 3;
  const columns = Math.max(1, Math.ceil(Math.sqrt((nodes.length * rowHeight * shape) / width)));
  const places = new Map(
    nodes.map((node, i) => [
      node,
      { x: (i % columns) * width, y: (Math.floor(i / columns) + 0.5) * rowHeight },
    ]),
  );
  const height = Math.ceil(nodes.length / columns) * rowHeight;
  return [{ nodes, width: Math.min(columns, nodes.length) * width, height, places, bends: new Map() }];
}

/** On shelves from above, each as wide as the widest part or as a good shape wants. */
function pack(parts: readonly Part[], nodes: number, links: number): Layout {
  const area = parts.reduce((sum, part) => sum + (part.width + partGap) * (part.height + partGap), 0);
  const widest = Math.max(0, ...parts.map((part) => part.width), Math.sqrt(area * shape));
  const places = new Array<Place>(nodes).fill({ x: 0, y: 0 });
  const bends = new Array<readonly Place[]>(links).fill([]);
  let [left, top, shelf, width] = [0, 0, 0, 0];
  for (const part of parts) {
    if (left > 0 && left + part.width > widest) {
      top += shelf + partGap;
      left = 0;
      shelf = 0;
    }
    const [dx, dy] = [left, top];
    const moved = ({ x, y }: Place): Place => ({ x: x + dx, y: y + dy });
    for (const [node, place] of part.places) places[node] = moved(place);
    for (const [link, way] of part.bends) bends[link] = way.map(moved);
    left += part.width + partGap;
    width = Math.max(width, left - partGap);
    shelf = Math.max(shelf, part.height);
  }
  return { width, height: top + shelf, places, bends };
}
