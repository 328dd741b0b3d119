/** Orders the nodes of each layer so that lines cross little: sweeps that put each node in the middle of its neighbours. */

/** Enough for the order to settle; the best order seen is kept. */
const sweeps = 24;

/** A line between neighbouring layers; `upper` stands one layer behind `lower`. */
export interface Line {
  readonly lower: number;
  readonly upper: number;
}

/**
 * The nodes of each layer in the order to draw them. `layers` holds the nodes of each layer in their first order, in
 * which ties stay.
 */
export function orderLayers(
  layers: readonly (readonly number[])[],
  lines: readonly Line[],
): readonly (readonly number[])[] {
  const size = layers.reduce((sum, layer) => sum + layer.length, 0);
  const below: number[][] = Array.from({ length: size }, () => []);
  const above: number[][] = Array.from({ length: size }, () => []);
  for (const { lower, upper } of lines) {
    below[upper]?.push(lower);
    above[lower]?.push(upper);
  }
  const place = new Float64Array(size);
  const current = layers.map((layer) => [...layer]);
  const number = (layer: readonly number[]) => {
    for (const [i, node] of layer.entries()) place[node] = i;
  };
  current.forEach(number);
  let best = current.map((layer) => [...layer]);
  let fewest = countCrossings(best, lines);
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
    const up = sweep % 2 === 0;
    for (let i = 0; i < current.length; i++) {
      const layer = current[up ? i : current.length - 1 - i];
      if (layer === undefined) continue;
      sortByMiddle(layer, up ? below : above, place);
      number(layer);
    }
    const crossings = countCrossings(current, lines);
    if (crossings < fewest) {
      fewest = crossings;
      best = current.map((layer) => [...layer]);
    }
  }
  return best;
}

/** A node without neighbours on that side keeps its place. */
function sortByMiddle(
  layer: number[],
  neighbours: readonly (readonly number[])[],
  place: Float64Array,
): void {
  const middles = new Map<number, number>();
  for (const node of layer) {
    const near = neighbours[node] ?? [];
    const sum = near.reduce((total, one) => total + (place[one] ?? 0), 0);
    middles.set(node, near.length === 0 ? (place[node] ?? 0) : sum / near.length);
  }
  layer.sort((a, b) => (middles.get(a) ?? 0) - (middles.get(b) ?? 0) || (place[a] ?? 0) - (place[b] ?? 0));
}

/** How many pairs of lines between neighbouring layers cross (counted with a Fenwick tree over the lower places). */
export function countCrossings(layers: readonly (readonly number[])[], lines: readonly Line[]): number {
  const size = layers.reduce((sum, layer) => sum + layer.length, 0);
  const place = new Int32Array(size);
  const layerOf = new Int32Array(size);
  for (const [index, layer] of layers.entries()) {
    for (const [i, node] of layer.entries()) {
      place[node] = i;
      layerOf[node] = index;
    }
  }
  const between = layers.map((): Line[] => []);
  for (const line of lines) between[layerOf[line.lower] ?? 0]?.push(line);
  let crossings = 0;
  for (const [index, some] of between.entries()) {
    const at = (node: number) => place[node] ?? 0;
    some.sort((a, b) => at(a.upper) - at(b.upper) || at(a.lower) - at(b.lower));
    const lowest = layers[index]?.length ?? 0;
    const tree = new Int32Array(lowest + 1);
    for (const [seen, line] of some.entries()) {
      let notBeyond = 0;
      for (let i = at(line.lower) + 1; i > 0; i -= i & -i) notBeyond += tree[i] ?? 0;
      crossings += seen - notBeyond;
      for (let i = at(line.lower) + 1; i <= lowest; i += i & -i) tree[i] = (tree[i] ?? 0) + 1;
    }
  }
  return crossings;
}
