/** Gives the nodes of ordered layers their places in them: each as near to the middle of its neighbours as order and distance allow. */
import type { Line } from "./crossings.ts";

/** Both ways through the layers, a few times: later rounds move hardly anything. */
const rounds = 6;

/**
 * The middle of each node along its layer, in units of the picture. `sizes` are those of the nodes, the space around them included.
 * `narrow`: no layer reaches beyond the longest one.
 */
export function assignMiddles(
  layers: readonly (readonly number[])[],
  lines: readonly Line[],
  sizes: readonly number[],
  narrow: boolean,
): Float64Array {
  let longest = 0;
  const middles = new Float64Array(sizes.length);
  for (const layer of layers) {
    const total = layer.reduce((sum, node) => sum + (sizes[node] ?? 0), 0);
    longest = Math.max(longest, total);
    let top = -total / 2;
    for (const node of layer) {
      const size = sizes[node] ?? 0;
      middles[node] = top + size / 2;
      top += size;
    }
  }
  const near: number[][] = sizes.map(() => []);
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
        layer.map((node) => sizes[node] ?? 0),
        narrow ? longest / 2 : Number.POSITIVE_INFINITY,
      );
      for (const [place, node] of layer.entries()) middles[node] = placed[place] ?? 0;
    }
  }
  return middles;
}

/**
 * The middles nearest to the wanted ones (least squares) at which nothing overlaps and the order stays: pool adjacent
 * violators. None reaches farther than `farthest` to either side.
 */
export function settle(
  wanted: readonly number[],
  sizes: readonly number[],
  farthest = Number.POSITIVE_INFINITY,
): readonly number[] {
  const starts: number[] = [];
  let used = 0;
  for (const size of sizes) {
    starts.push(used + size / 2);
    used += size;
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
  // Within bounds, the best is the best without them, moved to the nearest bound.
  const within = (shift: number): number => Math.max(-farthest, Math.min(farthest - used, shift));
  const shifts = pools.flatMap(({ sum, count }) => new Array<number>(count).fill(within(sum / count)));
  return shifts.map((shift, i) => shift + (starts[i] ?? 0));
}
