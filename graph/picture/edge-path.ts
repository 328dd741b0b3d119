/** The line of an edge: from the side of what is needed, through its bends, to the near side of the dependent. */
import type { Layout } from "./layout.ts";
import type { Place } from "./layout-part.ts";
import { nodeHeight } from "./node-size.ts";

/** How far a line swings out where it turns back. */
const swing = 40;

/** Along the picture's direction, and aside. */
interface Point {
  readonly along: number;
  readonly aside: number;
  /** 1 or -1. */
  readonly direction: number;
}

/**
 * `index` is the link's place in the layout; `widths` are those of the nodes. An SVG path. In a circle what is needed may stand behind
 * its dependent: the line then leaves it and arrives like any other, and goes back in between.
 */
export function edgePath(
  layout: Layout,
  index: number,
  from: number,
  to: number,
  widths: readonly number[],
): string {
  const [start, end] = [layout.places[to], layout.places[from]];
  if (start === undefined || end === undefined) return "";
  const right = layout.direction === "right";
  const point = ({ x, y }: Place, direction: number): Point => {
    return right ? { along: x, aside: y, direction } : { along: y, aside: x, direction };
  };
  const [first, last] = right
    ? [{ ...start, x: start.x + (widths[to] ?? 0) }, end]
    : [
        { x: start.x + (widths[to] ?? 0) / 2, y: start.y + nodeHeight / 2 },
        { x: end.x + (widths[from] ?? 0) / 2, y: end.y - nodeHeight / 2 },
      ];
  const back = right ? end.x < start.x : end.y < start.y;
  const bends = layout.bends[index] ?? [];
  return curve(
    [
      point(first, 1),
      // Bends are given in the picture's direction.
      ...(back ? bends.toReversed() : bends).map((bend) => point(bend, back ? -1 : 1)),
      point(last, 1),
    ],
    right,
  );
}

function curve(points: readonly Point[], right: boolean): string {
  const written = (along: number, aside: number): string =>
    right ? `${round(along)} ${round(aside)}` : `${round(aside)} ${round(along)}`;
  const [first, ...others] = points;
  if (first === undefined) return "";
  const parts = [`M${written(first.along, first.aside)}`];
  let last = first;
  for (const point of others) {
    const way = Math.abs(point.along - last.along) / 2;
    const straight = last.direction === point.direction && (point.along - last.along) * point.direction > 0;
    // Backwards in a circle, or within a layer: a wider swing keeps the line visible.
    const reach = straight ? way : last.direction === point.direction ? 1.5 * swing : swing;
    const leaves = written(last.along + last.direction * reach, last.aside);
    const arrives = written(point.along - point.direction * reach, point.aside);
    parts.push(`C${leaves} ${arrives} ${written(point.along, point.aside)}`);
    last = point;
  }
  return parts.join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
