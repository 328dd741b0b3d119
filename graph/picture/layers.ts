/**
 * Layers of a picture: what needs nothing stands in layer 0, everything else behind all that it needs. Works on places in a
 * list, so that it knows nothing about objects.
 */

/** `from` needs `to`; both are places in the list of nodes. */
export interface Link {
  readonly from: number;
  readonly to: number;
}

/**
 * The layer of each of `count` nodes. Links that would close a circle do not count; a node that needs nothing is moved
 * next to the first one that needs it, so that lines stay short.
 */
export function assignLayers(count: number, links: readonly Link[]): readonly number[] {
  const acyclic = withoutCircles(count, links);
  const needs = linksAt(count, acyclic, "from");
  const neededBy = linksAt(count, acyclic, "to");
  const open = needs.map((list) => list.length);
  const layers = new Array<number>(count).fill(0);
  const ready = open.flatMap((left, node) => (left === 0 ? [node] : []));
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    for (const link of neededBy[node] ?? []) {
      layers[link.from] = Math.max(layers[link.from] ?? 0, (layers[node] ?? 0) + 1);
      open[link.from] = (open[link.from] ?? 0) - 1;
      if (open[link.from] === 0) ready.push(link.from);
    }
  }
  for (let node = 0; node < count; node++) {
    const above = neededBy[node] ?? [];
    if ((needs[node] ?? []).length > 0 || above.length === 0) continue;
    layers[node] = Math.min(...above.map((link) => layers[link.from] ?? 1)) - 1;
  }
  return layers;
}

/** The links without those that lead back to a node on the way that led to them, and without links to oneself. */
export function withoutCircles(count: number, links: readonly Link[]): readonly Link[] {
  const needs = linksAt(count, links, "from");
  const state = new Uint8Array(count);
  const kept: Link[] = [];
  for (let start = 0; start < count; start++) {
    if (state[start] !== 0) continue;
    const way: { node: number; next: number }[] = [{ node: start, next: 0 }];
    state[start] = 1;
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const link = needs[top.node]?.[top.next++];
      if (link === undefined) {
        state[top.node] = 2;
        way.pop();
      } else if (state[link.to] !== 1) {
        kept.push(link);
        if (state[link.to] === 0) {
          state[link.to] = 1;
          way.push({ node: link.to, next: 0 });
        }
      }
    }
  }
  return kept;
}

/** By node: the links that have it at that end. */
export function linksAt(
  count: number,
  links: readonly Link[],
  end: "from" | "to",
): readonly (readonly Link[])[] {
  const found: Link[][] = Array.from({ length: count }, () => []);
  for (const link of links) found[link[end]]?.push(link);
  return found;
}
