/** The picture's layout on graphs of any form, circles included. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assignBoundLayers } from "../../graph/picture/bound-layers.ts";
import { settle } from "../../graph/picture/coordinates.ts";
import { countCrossings, orderLayers } from "../../graph/picture/crossings.ts";
import { assignLayers, type Link, withoutCircles } from "../../graph/picture/layers.ts";
import { type Layout, layOut } from "../../graph/picture/layout.ts";
import type { Direction } from "../../graph/picture/layout-part.ts";
import { nodeHeight } from "../../graph/picture/node-size.ts";

const anyGraph = fc.integer({ min: 1, max: 60 }).chain((count) => {
  const node = fc.integer({ min: 0, max: count - 1 });
  return fc.record({
    widths: fc.array(fc.integer({ min: 30, max: 280 }), { minLength: count, maxLength: count }),
    links: fc.array(fc.record({ from: node, to: node }), { maxLength: 150 }),
  });
});

describe("layers", () => {
  test("what is needed stands before what needs it, but for links that close a circle", () => {
    fc.assert(
      fc.property(anyGraph, ({ widths, links }) => {
        const layers = assignLayers(widths.length, links);
        for (const { from, to } of withoutCircles(widths.length, links))
          expect(layers[to]).toBeLessThan(layers[from] ?? 0);
      }),
    );
  });

  test("only links that close a circle are left out", () => {
    const links = [link(1, 0), link(2, 1), link(0, 2), link(3, 3), link(2, 0)];
    expect(withoutCircles(4, links)).toEqual([link(0, 2), link(2, 1)]);
    expect(withoutCircles(4, [link(1, 0), link(2, 1), link(2, 0)])).toHaveLength(3);
  });

  test("what needs nothing moves next to the first that needs it", () => {
    expect(assignLayers(5, [link(1, 0), link(2, 1), link(3, 2), link(3, 4)])).toEqual([0, 1, 2, 3, 2]);
  });
});

test("bound layers hold no more than they may, and lose no order", () => {
  fc.assert(
    fc.property(anyGraph, fc.integer({ min: 100, max: 1000 }), ({ widths, links }, most) => {
      const layers = assignBoundLayers(widths.length, links, widths, most);
      for (const { from, to } of withoutCircles(widths.length, links))
        expect(layers[to]).toBeLessThan(layers[from] ?? 0);
      for (const layer of range(0, Math.max(...layers) + 1)) {
        const own = widths.filter((_, node) => layers[node] === layer);
        expect(own.length).toBeGreaterThan(0);
        if (own.length > 1) expect(own.reduce((sum, width) => sum + width, 0)).toBeLessThanOrEqual(most);
      }
    }),
  );
});

describe("crossings", () => {
  test("are counted as pairs of lines that cross", () => {
    const line = fc.record({ lower: fc.integer({ min: 0, max: 7 }), upper: fc.integer({ min: 8, max: 15 }) });
    fc.assert(
      fc.property(fc.uniqueArray(line, { selector: (one) => `${one.lower} ${one.upper}` }), (lines) => {
        const pairs = lines.flatMap((a, i) => lines.slice(i + 1).map((b) => [a, b] as const));
        const crossing = pairs.filter(([a, b]) => (a.lower - b.lower) * (a.upper - b.upper) < 0);
        const layers = [range(0, 8), range(8, 8)];
        expect(countCrossings(layers, lines)).toBe(crossing.length);
      }),
    );
  });

  test("vanish where they can, and never grow", () => {
    const layers = [range(0, 6), range(6, 6)];
    const lines = range(0, 6).map((i) => ({ lower: i, upper: 6 + ((i * 5 + 2) % 6) }));
    expect(countCrossings(layers, lines)).toBeGreaterThan(0);
    expect(countCrossings(orderLayers(layers, lines), lines)).toBe(0);
  });
});

test("heights keep their order and their distance, and come as near as they can", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: 4, max: 40 }))),
      (some) => {
        const [wanted, heights] = [some.map(([want]) => want), some.map(([, height]) => height)];
        const placed = settle(wanted, heights);
        for (let i = 1; i < placed.length; i++) {
          const distance = ((heights[i - 1] ?? 0) + (heights[i] ?? 0)) / 2;
          expect((placed[i] ?? 0) - (placed[i - 1] ?? 0)).toBeGreaterThanOrEqual(distance - 1e-6);
        }
      },
    ),
  );
  expect(settle([0, 100, 200], [10, 10, 10])).toEqual([0, 100, 200]);
  expect(settle([5, 5], [10, 10])).toEqual([0, 10]);
});

describe("layout", () => {
  const anyDirection = fc.constantFrom<Direction | null>("right", "down", null);

  test("nothing overlaps, all is within the picture, and the same graph gives the same picture", () => {
    fc.assert(
      fc.property(anyGraph, anyDirection, ({ widths, links }, direction) => {
        const layout = layOut(widths, links, direction);
        expect(layOut(widths, links, direction)).toEqual(layout);
        if (direction !== null) expect(layout.direction).toBe(direction);
        expect(layout.places).toHaveLength(widths.length);
        expect(layout.bends).toHaveLength(links.length);
        expectApart(layout.places, widths);
        for (const [i, { x, y }] of layout.places.entries()) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x + (widths[i] ?? 0)).toBeLessThanOrEqual(layout.width + 1e-6);
          expect(y - nodeHeight / 2).toBeGreaterThanOrEqual(0);
          expect(y + nodeHeight / 2).toBeLessThanOrEqual(layout.height + 1e-6);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("three thousand objects in layers of hundreds make a picture of a sound shape", () => {
    const links = range(1000, 2000).flatMap((i) => [link(i, i % 1000), link(i, (i * 7) % 1000)]);
    const widths = range(0, 3000).map(() => 180);
    const layout = layOut(widths, links);
    expectApart(layout.places, widths);
    expect(layout.width / layout.height).toBeGreaterThan(0.6);
    expect(layout.width / layout.height).toBeLessThan(3.5);
  });

  test("what needs something stands behind it, in either direction", () => {
    fc.assert(
      fc.property(anyGraph, anyDirection, ({ widths, links }, wanted) => {
        const { direction, places } = layOut(widths, links, wanted);
        const at = (node: number) => places[node]?.[direction === "right" ? "x" : "y"] ?? Number.NaN;
        for (const { from, to } of withoutCircles(widths.length, links))
          expect(at(from)).toBeGreaterThan(at(to));
      }),
      { numRuns: 60 },
    );
  });

  test("a small picture that is too wide to be read goes downwards, and can be read then", () => {
    // Nine layers, each with a leaf for three of its nodes, as a project of some thirty objects has them.
    const links = range(1, 8).flatMap((i) => [link(i, i - 1), link(8 + i, i), link(16 + i, i)]);
    const widths = range(0, 24).map((i) => 140 + (i % 4) * 30);
    const [right, down] = [layOut(widths, links, "right"), layOut(widths, links)];
    const zoom = ({ width, height }: Layout) => Math.min(930 / width, 570 / height);
    expect(zoom(right)).toBeLessThan(0.6);
    expect(down.direction).toBe("down");
    expect(zoom(down)).toBeGreaterThan(0.8);
    expect(layOut([100, 100, 100], [link(1, 0), link(2, 1)]).direction).toBe("right");
  });

  test("nothing takes no room, in either direction", () => {
    for (const direction of ["right", "down", null] as const)
      expect(layOut([], [], direction)).toMatchObject({ width: 0, height: 0, places: [] });
  });

  test("downwards too, a line over several layers goes between what stands there", () => {
    const links = [link(1, 0), link(2, 1), link(3, 2), link(3, 0)];
    const { bends, places } = layOut([100, 100, 100, 100], links, "down");
    // Straight past each of the two layers between.
    expect(bends[3]?.map(({ y }) => y)).toEqual(
      [1, 2].flatMap((node) => [-1, 1].map((side) => (places[node]?.y ?? 0) + (side * nodeHeight) / 2)),
    );
    for (const [i, bend] of (bends[3] ?? []).entries())
      expect(Math.abs((places[1 + Math.floor(i / 2)]?.x ?? 0) + 50 - bend.x)).toBeGreaterThanOrEqual(50);
  });

  test("a line over several layers goes between what stands there", () => {
    const links = [link(1, 0), link(2, 1), link(3, 2), link(3, 0)];
    const { bends, places } = layOut([100, 100, 100, 100], links);
    expect(bends.slice(0, 3)).toEqual([[], [], []]);
    expect(bends[3]?.map(({ x }) => x)).toEqual(
      [1, 2].flatMap((node) => [0, 100].map((end) => (places[node]?.x ?? 0) + end)),
    );
    for (const [i, bend] of (bends[3] ?? []).entries())
      expect(Math.abs((places[1 + Math.floor(i / 2)]?.y ?? 0) - bend.y)).toBeGreaterThanOrEqual(
        nodeHeight / 2,
      );
  });

  test("a small picture has no broken layers, through which lines would run", () => {
    const links = [...range(2, 78).map((i) => link(i, i % 2)), link(1, 0)];
    const { bends, direction, places } = layOut(
      range(0, 80).map(() => 120),
      links,
    );
    expect(direction).toBe("down");
    const layers = [...new Set(places.map(({ y }) => y))].sort((a, b) => a - b);
    const layer = (node: number) => layers.indexOf(places[node]?.y ?? 0);
    for (const [i, { from, to }] of links.entries())
      expect(bends[i]).toHaveLength(2 * (layer(from) - layer(to) - 1));
  });

  test("small parts fill the room beside a large one", () => {
    // A chain of twelve, and nodes and pairs that belong to nothing.
    const chain = range(1, 11).map((i) => link(i, i - 1));
    const widths = range(0, 80).map((i) => 120 + (i % 3) * 25);
    const zoom = ({ width, height }: Layout) => Math.min(930 / width, 570 / height);
    expect(zoom(layOut(widths, chain))).toBeGreaterThan(0.65);
    const pairs = range(0, 29).map((i) => link(12 + 2 * i, 13 + 2 * i));
    expect(zoom(layOut(widths.slice(0, 70), [...chain, ...pairs]))).toBeGreaterThan(0.65);
  });

  test("what nothing connects stands in few rows below what fills the height", () => {
    // Twenty-five chains of nine from one table, and sixty objects beside them.
    const links = range(1, 225).map((i) => link(i, Math.max(0, i - 25)));
    const layout = layOut(
      range(0, 286).map(() => 100),
      links,
      "right",
    );
    const rows = new Set(layout.places.slice(226).map(({ y }) => y));
    expect(rows.size).toBeLessThan(8);
  });

  test("a line never turns back on its way, nor runs through what stands in a layer that it crosses", () => {
    fc.assert(
      fc.property(anyGraph, anyDirection, ({ widths, links }, wanted) => {
        const { bends, direction, places } = layOut(widths, links, wanted);
        for (const way of bends) {
          const along = way.map(({ x, y }) => (direction === "right" ? x : y));
          expect(along).toEqual([...along].sort((a, b) => a - b));
          for (const [i, one] of way.entries()) {
            const next = way[i + 1];
            if (i % 2 === 1 || next === undefined) continue;
            for (const [node, { x, y }] of places.entries()) {
              const [left, right] = [Math.min(one.x, next.x), Math.max(one.x, next.x)];
              const [top, bottom] = [Math.min(one.y, next.y), Math.max(one.y, next.y)];
              const beside = right < x || left > x + (widths[node] ?? 0);
              expect(beside || bottom < y - nodeHeight / 2 || top > y + nodeHeight / 2).toBe(true);
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test("lines of what many need go together, so that they fit between the others", () => {
    const links = [...range(1, 60).map((i) => link(i, 0)), ...range(61, 40).map((i) => link(61, i + 1))];
    const { bends, direction, places } = layOut(
      range(0, 102).map(() => 150),
      links,
    );
    expect(direction).toBe("down");
    const ofTheFirst = bends.slice(0, 60);
    for (const [i, way] of ofTheFirst.entries()) {
      const crossed = range(0, 102).filter((node) => {
        const y = places[node]?.y ?? 0;
        return y > (places[0]?.y ?? 0) && y < (places[i + 1]?.y ?? 0);
      });
      if (crossed.length > 0) expect(way.length).toBeGreaterThan(0);
    }
    const layers = new Set(ofTheFirst.flat().map(({ y }) => y));
    expect(new Set(ofTheFirst.flat().map(({ x, y }) => `${x} ${y}`)).size).toBe(layers.size);
  });
});

function link(from: number, to: number): Link {
  return { from, to };
}

function range(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => start + i);
}

function expectApart(
  places: readonly { readonly x: number; readonly y: number }[],
  widths: readonly number[],
): void {
  const sorted = places.map((place, i) => ({ ...place, width: widths[i] ?? 0 })).sort((a, b) => a.y - b.y);
  for (const [i, a] of sorted.entries()) {
    for (let j = i + 1; j < sorted.length; j++) {
      const b = sorted[j];
      if (b === undefined || b.y - a.y >= nodeHeight) break;
      expect(a.x + a.width <= b.x || b.x + b.width <= a.x).toBe(true);
    }
  }
}
