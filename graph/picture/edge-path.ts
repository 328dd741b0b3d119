/** The line of an edge: from the right side of what is needed, through its bends, to the left side of the dependent. */
import type { Layout, Place } from "./layout.ts";

/** `index` is the link's place in the layout; `width` is that of the needed node. An SVG path. */
export function edgePath(layout: Layout, index: number, from: number, to: number, width: number): string {
  const [start, end] = [layout.places[to], layout.places[from]];
  if (start === undefined || end === undefined) return "";
  const bends = layout.bends[index] ?? [];
  const points: Place[] = [{ x: start.x + width, y: start.y }, ...bends, end];
  const [first, ...others] = points.map(({ x, y }) => ({ x: round(x), y: round(y) }));
  if (first === undefined) return "";
  const parts = [`M${first.x} ${first.y}`];
  let last = first;
  for (const point of others) {
    // Backwards in a circle, or within a layer: a wider swing keeps the line visible.
    const reach = point.x > last.x ? (point.x - last.x) / 2 : 60;
    parts.push(
      `C${round(last.x + reach)} ${last.y} ${round(point.x - reach)} ${point.y} ${point.x} ${point.y}`,
    );
    last = point;
  }
  return parts.join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
