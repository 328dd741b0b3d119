/** Puts objects in the order in which they can be created, and finds the circles that forbid any order. */

/**
 * What breaks when the dependent is made before what it names. `late`: nothing (a plpgsql body). `either`: nothing, or
 * it binds to another overload. `checked`: its quoted SQL body cannot be checked yet. `hard`: it cannot be made.
 */
export type OrderStrength = "late" | "either" | "checked" | "hard";

export interface OrderEdge {
  /** Index of the dependent. */
  readonly from: number;
  /** Index of what it needs. */
  readonly to: number;
  readonly strength: OrderStrength;
}

export type Order =
  | {
      readonly kind: "ordered";
      /** Indexes, what is needed before what needs it; ties in the order of the indexes. */
      readonly order: readonly number[];
      /** Nodes in a circle of quoted SQL bodies: to be made with check_function_bodies off and checked at the end. */
      readonly unchecked: ReadonlySet<number>;
    }
  /** The shortest circle of hard edges: each edge's `to` is the next one's `from`. */
  | { readonly kind: "cycle"; readonly edges: readonly OrderEdge[] };

/** Orders nodes 0 to count - 1. A circle gives way at its weakest edges; a circle of hard edges does not. */
export function orderNodes(count: number, edges: readonly OrderEdge[]): Order {
  let kept: readonly OrderEdge[] = edges.filter((edge) => edge.from !== edge.to);
  const unchecked = new Set<number>();
  for (const weak of ["late", "either", "checked"] as const) {
    const component = stronglyConnected(count, kept);
    const inside = (edge: OrderEdge) => component[edge.from] === component[edge.to];
    if (!kept.some(inside)) break;
    if (weak === "checked")
      for (const edge of kept) if (edge.strength === weak && inside(edge)) unchecked.add(edge.from);
    kept = kept.filter((edge) => edge.strength !== weak || !inside(edge));
  }
  const order = sort(count, kept);
  if (order.length === count) return { kind: "ordered", order, unchecked };
  return { kind: "cycle", edges: shortestCycle(count, kept) };
}

function outgoing(count: number, edges: readonly OrderEdge[]): readonly (readonly OrderEdge[])[] {
  const lists: OrderEdge[][] = Array.from({ length: count }, () => []);
  for (const edge of edges) lists[edge.from]?.push(edge);
  return lists;
}

/** Kahn's algorithm with a heap of what is ready, so that equal inputs give one order. */
function sort(count: number, edges: readonly OrderEdge[]): readonly number[] {
  const waitingFor = new Int32Array(count);
  const dependents: number[][] = Array.from({ length: count }, () => []);
  for (const edge of edges) {
    waitingFor[edge.from] = (waitingFor[edge.from] ?? 0) + 1;
    dependents[edge.to]?.push(edge.from);
  }
  const ready = new Heap();
  for (let node = 0; node < count; node++) if (waitingFor[node] === 0) ready.push(node);
  const order: number[] = [];
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    order.push(node);
    for (const dependent of dependents[node] ?? []) {
      const left = (waitingFor[dependent] ?? 0) - 1;
      waitingFor[dependent] = left;
      if (left === 0) ready.push(dependent);
    }
  }
  return order;
}

/** Tarjan's algorithm without recursion: the number of each node's strongly connected component. */
function stronglyConnected(count: number, edges: readonly OrderEdge[]): Int32Array {
  const out = outgoing(count, edges);
  const index = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const component = new Int32Array(count).fill(-1);
  const path: number[] = [];
  let next = 0;
  let components = 0;
  for (let root = 0; root < count; root++) {
    if (index[root] !== -1) continue;
    const work: { node: number; edge: number }[] = [{ node: root, edge: 0 }];
    for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
      const { node } = frame;
      if (frame.edge === 0 && index[node] === -1) {
        index[node] = low[node] = next++;
        path.push(node);
      }
      const edge = out[node]?.[frame.edge++];
      if (edge !== undefined) {
        if (index[edge.to] === -1) work.push({ node: edge.to, edge: 0 });
        else if (component[edge.to] === -1) low[node] = Math.min(low[node] ?? 0, index[edge.to] ?? 0);
        continue;
      }
      if (low[node] === index[node]) {
        for (let member = path.pop(); member !== undefined; member = path.pop()) {
          component[member] = components;
          if (member === node) break;
        }
        components++;
      }
      work.pop();
      const parent = work.at(-1)?.node;
      if (parent !== undefined) low[parent] = Math.min(low[parent] ?? 0, low[node] ?? 0);
    }
  }
  return component;
}

function shortestCycle(count: number, edges: readonly OrderEdge[]): readonly OrderEdge[] {
  const component = stronglyConnected(count, edges);
  const inside = edges.filter((edge) => component[edge.from] === component[edge.to]);
  const out = outgoing(count, inside);
  let best: readonly OrderEdge[] = [];
  for (const start of new Set(inside.map((edge) => edge.from))) {
    const cycle = shortestBack(start, out, best.length === 0 ? Number.POSITIVE_INFINITY : best.length);
    if (cycle !== null) best = cycle;
    if (best.length === 2) break;
  }
  return best;
}

/** The shortest way from a node back to itself with fewer than `limit` edges. */
function shortestBack(
  start: number,
  out: readonly (readonly OrderEdge[])[],
  limit: number,
): readonly OrderEdge[] | null {
  const came = new Map<number, OrderEdge>();
  let level = [start];
  for (let length = 1; length < limit && level.length > 0; length++) {
    const next: number[] = [];
    for (const node of level) {
      for (const edge of out[node] ?? []) {
        if (edge.to === start) return wayBack(start, edge, came);
        if (came.has(edge.to)) continue;
        came.set(edge.to, edge);
        next.push(edge.to);
      }
    }
    level = next;
  }
  return null;
}

function wayBack(start: number, last: OrderEdge, came: ReadonlyMap<number, OrderEdge>): readonly OrderEdge[] {
  const edges = [last];
  for (let node = last.from; node !== start; ) {
    const edge = came.get(node);
    if (edge === undefined) break;
    edges.unshift(edge);
    node = edge.from;
  }
  return edges;
}

/** A binary min-heap of numbers. */
class Heap {
  readonly #items: number[] = [];

  push(item: number): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((items[parent] ?? 0) <= item) break;
      items[at] = items[parent] ?? 0;
      at = parent;
    }
    items[at] = item;
  }

  pop(): number | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && (items[child + 1] ?? 0) < (items[child] ?? 0)) child++;
      if ((items[child] ?? 0) >= last) break;
      items[at] = items[child] ?? 0;
      at = child;
    }
    items[at] = last;
    return top;
  }
}
