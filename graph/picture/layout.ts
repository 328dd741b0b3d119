/**
 * Where everything in the picture stands: in layers, what is needed before what needs it, from left to right or from above. Parts
 * that nothing connects are laid out apart and put side by side.
 */
import type { Link } from "./layers.ts";
import { columnGap, type Direction, layOutPart, type Part, type Place, rowHeight } from "./layout-part.ts";
import { packed } from "./pack.ts";

export interface Layout {
  readonly direction: Direction;
  readonly width: number;
  readonly height: number;
  /** One a node. */
  readonly places: readonly Place[];
  /** One a link: the points on its way between both ends, in the picture's direction; mostly none. */
  readonly bends: readonly (readonly Place[])[];
}

/** In units of the picture: pixels at zoom 1. */
const partGap = 40;
/** How much wider than what has a good shape a picture may be, as it is tried: parts do not fill everything. */
const wider = [1, 1.15, 1.3, 1.5];
/** How much wider than high a picture should be. */
const shape = 1.6;
/** How much wider than high what nothing connects stands, as it is tried: below all else, or beside it. */
const gridShapes = [shape, 5, 0.5];
/** Below this many rows a layer is never broken; one of a small picture not at all, for lines run through broken ones. */
const fewRows = 30;
/** What a page has room for on a small screen: what is larger is seen smaller than life. */
const frame = { width: 930, height: 570 };
/** Names are read well from this zoom on: then a picture goes to the right, as texts do. */
const goodZoom = 0.8;
/** With more nodes a picture goes to the right: its layers can be broken, and are moved over. */
const mostDown = 120;
/** From above: how wide layers may be, as they are tried. */
const widest = [1500, 1200, 1050, 900, 750, 600];
const mostStretch = 1.5;

/**
 * `widths` are those of the nodes. Deterministic: the same input gives the same picture. Without a direction it is the one in which
 * a small picture can be read better.
 */
export function layOut(
  widths: readonly number[],
  links: readonly Link[],
  direction: Direction | null = null,
): Layout {
  if (direction !== "down") {
    const small = direction === null && widths.length <= mostDown;
    const right = arrange(widths, links, "right", small ? { rows: widths.length } : {});
    if (!small || zoomOf(right) >= goodZoom) return right;
    return seenLargest([right, layOutDown(widths, links)]);
  }
  return layOutDown(widths, links);
}

/** As wide as can be read well, for lines are straighter in fewer layers; else as is read best. */
function layOutDown(widths: readonly number[], links: readonly Link[]): Layout {
  const all = widest.map((most) => arrange(widths, links, "down", { widest: most }));
  return stretched(all.find((one) => zoomOf(one) >= goodZoom) ?? seenLargest(all));
}

/** Room that is left below goes between the layers, where lines need it. */
function stretched(layout: Layout): Layout {
  if (layout.height === 0) return layout;
  const high = (layout.width * frame.height) / frame.width;
  const factor = Math.max(1, Math.min(mostStretch, high / layout.height));
  const moved = ({ x, y }: Place): Place => ({ x, y: y * factor });
  return {
    ...layout,
    height: layout.height * factor,
    places: layout.places.map(moved),
    bends: layout.bends.map((way) => way.map(moved)),
  };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** At which all of it is seen. */
function zoomOf({ width, height }: Size): number {
  return Math.min(frame.width / width, frame.height / height);
}

/** The first of those. */
function seenLargest<T extends Size>(tried: readonly T[]): T {
  return tried.reduce((best, one) => (zoomOf(one) > zoomOf(best) ? one : best));
}

function arrange(
  widths: readonly number[],
  links: readonly Link[],
  direction: Direction,
  /** `rows`: of a layer, before it is broken. */
  { widest = 0, rows: most }: { readonly widest?: number; readonly rows?: number },
): Layout {
  const rows = (nodes: number) => most ?? Math.max(fewRows, Math.ceil(Math.sqrt((nodes * 6) / shape)));
  const parts = connectedParts(widths.length, links).map((nodes) =>
    layOutPart(nodes, widths, links, { direction, widest, rows }),
  );
  const single = parts.filter((part) => part.nodes.length === 1);
  const joined = parts.filter((part) => part.nodes.length > 1);
  joined.sort((a, b) => b.nodes.length - a.nodes.length);
  const tried = gridShapes.map((wide) =>
    together([...joined, ...grid(single, widths, wide)], widths.length, links.length),
  );
  return { direction, ...seenLargest(tried) };
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

/** Nodes that nothing connects stand together, in rows. */
function grid(single: readonly Part[], widths: readonly number[], wide: number): readonly Part[] {
  const nodes = single.flatMap((part) => part.nodes);
  if (nodes.length === 0) return [];
  const width = Math.max(...nodes.map((node) => widths[node] ?? 0)) + columnGap / 3;
  const columns = Math.max(1, Math.ceil(Math.sqrt((nodes.length * rowHeight * wide) / width)));
  const places = new Map(
    nodes.map((node, i) => [
      node,
      { x: (i % columns) * width, y: (Math.floor(i / columns) + 0.5) * rowHeight },
    ]),
  );
  const height = Math.ceil(nodes.length / columns) * rowHeight;
  return [{ nodes, width: Math.min(columns, nodes.length) * width, height, places, bends: new Map() }];
}

/** As large as it can be seen: on a screen of a good shape. */
function together(parts: readonly Part[], nodes: number, links: number): Omit<Layout, "direction"> {
  const area = parts.reduce((sum, part) => sum + (part.width + partGap) * (part.height + partGap), 0);
  const widest = Math.max(0, ...parts.map((part) => part.width));
  const tried = wider.map((factor) =>
    packed(parts, Math.max(widest, factor * Math.sqrt(area * shape)), partGap),
  );
  const { corners, width, height } = seenLargest(tried);
  const places = new Array<Place>(nodes).fill({ x: 0, y: 0 });
  const bends = new Array<readonly Place[]>(links).fill([]);
  for (const [i, part] of parts.entries()) {
    const corner = corners[i] ?? { x: 0, y: 0 };
    const moved = ({ x, y }: Place): Place => ({ x: x + corner.x, y: y + corner.y });
    for (const [node, place] of part.places) places[node] = moved(place);
    for (const [link, way] of part.bends) bends[link] = way.map(moved);
  }
  return { width, height, places, bends };
}
