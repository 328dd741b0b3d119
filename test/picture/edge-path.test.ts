import { expect, test } from "vitest";
import { edgePath } from "../../graph/picture/edge-path.ts";
import type { Layout } from "../../graph/picture/layout.ts";

const widths = [100, 100, 100, 100];
const layout: Layout = {
  direction: "right",
  width: 700,
  height: 100,
  places: [0, 200, 400, 600].map((x) => ({ x, y: 20 })),
  bends: [
    [200, 400].map((x) => ({ x: x + 50, y: 60 })),
    [200, 400].map((x) => ({ x: x + 50, y: 80 })),
    [],
    [],
  ],
};

/** The numbers of each curve: both handles and the end. */
function curves(path: string): readonly (readonly number[])[] {
  return path
    .split(/[MC]/)
    .slice(1)
    .map((part) => part.split(" ").map(Number));
}

const ends = (path: string) => curves(path).map((numbers) => numbers.slice(-2));

test("a line goes from what is needed through its bends to what needs it", () => {
  expect(ends(edgePath(layout, 0, 3, 0, widths))).toEqual([
    [100, 20],
    [250, 60],
    [450, 60],
    [600, 20],
  ]);
});

test("in a circle it goes back through its bends, without turning at any of them", () => {
  const path = edgePath(layout, 1, 0, 3, widths);
  expect(ends(path)).toEqual([
    [700, 20],
    [450, 80],
    [250, 80],
    [0, 20],
  ]);
  const [, out = [], between = [], home = []] = curves(path);
  // It swings out to the right, runs to the left, and comes in from the left.
  expect([out[0], out[2]]).toEqual([740, 490]);
  expect([between[0], between[2]]).toEqual([350, 350]);
  expect([home[0], home[2]]).toEqual([210, -40]);
});

test("without bends too, and between two of a layer, it can be seen", () => {
  expect(edgePath(layout, 2, 1, 2, widths)).toBe("M500 20C560 20 140 20 200 20");
  expect(edgePath(layout, 3, 2, 1, widths)).toBe("M300 20C350 20 350 20 400 20");
});

test("downwards it goes from the lower side to the upper one", () => {
  const down: Layout = {
    direction: "down",
    width: 200,
    height: 200,
    places: [
      { x: 0, y: 12 },
      { x: 60, y: 188 },
    ],
    bends: [[{ x: 150, y: 100 }]],
  };
  expect(edgePath(down, 0, 1, 0, widths)).toBe("M50 24C50 62 150 62 150 100C150 138 110 138 110 176");
});
