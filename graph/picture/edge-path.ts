/** The line of an edge: from the right side of what is needed, through its bends, to the left side of the dependent. */
import type { Layout } from "./layout.ts";

/** How far a line swings out where it turns back. */
const swing = 40;

/**
 * `index` is the link's place in the layout; `width` is that of the needed node. An SVG path. In a circle what is needed may stand to the
 * right: the line then leaves it and arrives like any other, and goes back in between.
 */
export function edgePath(layout: Layout, index: number, from: number, to: number, width: number): string {
  const [start, end] = [layout.places[to], layout.places[from]];
  if (start === undefined || end === undefined) return "";
  const back = end.x < start.x;
  const bends = layout.bends[index] ?? [];
  const [first, ...others] = [
    { x: start.x + width, y: start.y, direction: 1 },
    // Bends are given from left to right.
    ...(back ? bends.toReversed() : bends).map((bend) => ({ ...bend, direction: back ? -1 : 1 })),
    { ...end, direction: 1 },
  ].map(({ x, y, direction }) => ({ x: round(x), y: round(y), direction }));
  if (first === undefined) return "";
  const parts = [`M${first.x} ${first.y}`];
  let last = first;
  for (const point of others) {
    const way = Math.abs(point.x - last.x) / 2;
    const straight = last.direction === point.direction && (point.x - last.x) * point.direction > 0;
    // Backwards in a circle, or within a layer: a wider swing keeps the line visible.
    const reach = straight ? way : last.direction === point.direction ? 1.5 * swing : swing;
    const [leaves, arrives] = [last.x + last.direction * reach, point.x - point.direction * reach];
    parts.push(`C${round(leaves)} ${last.y} ${round(arrives)} ${point.y} ${point.x} ${point.y}`);
    last = point;
  }
  return parts.join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
