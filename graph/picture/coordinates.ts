/** Gives ordered layers their heights: each node as near to the middle of its neighbours as order and distance allow. */
import type { Line } from "./crossings.ts";

/** Both ways through the layers, a few times: later rounds move hardly anything. */
const rounds = 6;

/** The middle of each node, in units of the picture. `heights` are those of the nodes, the space around them included. */
export function assignHeights(
  layers: readonly (readonly number[])[],
  lines: readonly Line[],
  heights: readonly number[],
): Float64Array {
  const middles = new Float64Array(heights.length);
  for (const layer of layers) {
    const total = layer.reduce((sum, node) => sum + (heights[node] ?? 0), 0);
    let top = -total / 2;
    for (const node of layer) {
      const height = heights[node] ?? 0;
      middles[node] = top + height / 2;
      top += height;
    }
  }
  const near: number[][] = heights.map(() => []);
  for (const { lower, upper } of lines) {
    near[upper]?.push(lower);
    near[lower]?.push(upper);
  }
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < layers.length; i++) {
      const layer = layers[round % 2 === 0 ? i : layers.length - 1 - i] ?? [];
      const wanted = layer.map((node) => {
        const around = near[node] ?? [];
        if (around.length === 0) return middles[node] ?? 0;
        return around.reduce((sum, one) => sum + (middles[one] ?? 0), 0) / around.length;
      });
      const placed = settle(
        wanted,
        layer.map((node) => heights[node] ?? 0),
      );
      for (const [place, node] of layer.entries()) middles[node] = placed[place] ?? 0;
    }
  }
  return middles;
}

/**
 * The middles nearest to the wanted ones (least squares) at which nothing overlaps and the order stays: pool adjacent
 * violators.
 */
export function settle(wanted: readonly number[], heights: readonly number[]): readonly number[] {
  const starts: number[] = [];
  let used = 0;
  for (const height of heights) {
    starts.push(used + height / 2);
    used += height;
  }
  const pools: { sum: number; count: number }[] = [];
  for (const [i, want] of wanted.entries()) {
    let pool = { sum: want - (starts[i] ?? 0), count: 1 };
    for (let last = pools.at(-1); last !== undefined; last = pools.at(-1)) {
      if (last.sum / last.count <= pool.sum / pool.count) break;
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count };
      pools.pop();
    }
    pools.push(pool);
  }
  const shifts = pools.flatMap(({ sum, count }) => new Array<number>(count).fill(sum / count));
  return shifts.map((shift, i) => shift + (starts[i] ?? 0));
}
