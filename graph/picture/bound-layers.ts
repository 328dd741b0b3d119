/** Layers of a picture that is drawn from above: many nodes side by side are wider than a screen, so that a layer takes only some. */
import { type Link, linksAt, withoutCircles } from "./layers.ts";

/** Moving nodes makes room for others; later rounds find hardly any. */
const rounds = 3;

/**
 * The layer of each node where layers are of bounded width, so that a node may come later than what it needs would let it: whoever
 * has the longest way to the end goes first, and then all move so that lines get shorter. `sizes` are those of the nodes; a
 * layer has one node at least, and else no more than `most`.
 */
export function assignBoundLayers(
  count: number,
  links: readonly Link[],
  sizes: readonly number[],
  most: number,
): readonly number[] {
  const acyclic = withoutCircles(count, links);
  const needs = linksAt(count, acyclic, "from");
  const neededBy = linksAt(count, acyclic, "to");
  const ways = waysToTheEnd(needs, neededBy);
  const open = needs.map((list) => list.length);
  const layers = new Array<number>(count).fill(0);
  const totals: number[] = [];
  let ready = open.flatMap((left, node) => (left === 0 ? [node] : []));
  while (ready.length > 0) {
    const layer = totals.length;
    ready.sort((a, b) => (ways[b] ?? 0) - (ways[a] ?? 0) || a - b);
    const waiting: number[] = [];
    const freed: number[] = [];
    let total = 0;
    for (const node of ready) {
      const size = sizes[node] ?? 0;
      if (total > 0 && total + size > most) {
        waiting.push(node);
        continue;
      }
      total += size;
      layers[node] = layer;
      for (const { from } of neededBy[node] ?? []) {
        open[from] = (open[from] ?? 0) - 1;
        if (open[from] === 0) freed.push(from);
      }
    }
    totals.push(total);
    ready = [...waiting, ...freed];
  }
  for (let round = 0; round < rounds; round++) {
    for (let node = 0; node < count; node++) {
      const below = (needs[node] ?? []).map(({ to }) => layers[to] ?? 0);
      const above = (neededBy[node] ?? []).map(({ from }) => layers[from] ?? 0);
      const own = layers[node] ?? 0;
      const size = sizes[node] ?? 0;
      // Towards the side with more lines, as far as there is room.
      const [way, end] =
        below.length > above.length
          ? [1, Math.max(-1, ...below) + 1]
          : [-1, Math.min(totals.length, ...above) - 1];
      for (let layer = end; above.length !== below.length && layer * way < own * way; layer += way) {
        if ((totals[layer] ?? 0) + size > most) continue;
        totals[layer] = (totals[layer] ?? 0) + size;
        totals[own] = (totals[own] ?? 0) - size;
        layers[node] = layer;
        break;
      }
    }
  }
  // Where all of a layer moved on, nothing is left of it.
  const used = [...new Set(layers)].sort((a, b) => a - b);
  const numbers = new Map(used.map((layer, i) => [layer, i]));
  return layers.map((layer) => numbers.get(layer) ?? 0);
}

/** By node: how many links the longest way has that leads from it to something that nobody needs. */
function waysToTheEnd(
  needs: readonly (readonly Link[])[],
  neededBy: readonly (readonly Link[])[],
): readonly number[] {
  const ways = new Array<number>(needs.length).fill(0);
  const open = neededBy.map((list) => list.length);
  const ready = open.flatMap((left, node) => (left === 0 ? [node] : []));
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    for (const { to } of needs[node] ?? []) {
      ways[to] = Math.max(ways[to] ?? 0, (ways[node] ?? 0) + 1);
      open[to] = (open[to] ?? 0) - 1;
      if (open[to] === 0) ready.push(to);
    }
  }
  return ways;
}
