/** Which part of the graph is to be seen: around one object, and with schemas, folders or values of matrices collapsed into one node each. */
import type { PageData, PageEdge, PageNode } from "./page-data.ts";

export type Grouping = "none" | "schema" | "folder" | "scope";

export interface Wanted {
  /** The node in the middle, and how many steps to go from it in both directions; null for all. */
  readonly focus: { readonly node: number; readonly depth: number } | null;
  readonly grouping: Grouping;
  /** Names of groups that are not collapsed. */
  readonly open: ReadonlySet<string>;
}

/** One thing in the picture: an object, or a collapsed group of them. */
export interface Item {
  /** Null for a group. */
  readonly node: number | null;
  /** The group's name; empty for an object. */
  readonly group: string;
  /** The nodes that it stands for. */
  readonly members: readonly number[];
}

interface ItemLink {
  /** Places in the items. */
  readonly from: number;
  readonly to: number;
  /** Of the edges that it stands for, every one is. */
  readonly soft: boolean;
}

export interface Visible {
  readonly items: readonly Item[];
  readonly links: readonly ItemLink[];
  /** The place in `items` of each node of the data; undefined where it is not to be seen. */
  readonly itemOf: readonly (number | undefined)[];
}

export function visiblePart(data: PageData, { focus, grouping, open }: Wanted): Visible {
  const near = focus === null ? null : around(data, focus.node, focus.depth);
  const items: Item[] = [];
  const itemOf: (number | undefined)[] = [];
  const groups = new Map<string, { readonly place: number; readonly members: number[] }>();
  for (const [node, one] of data.nodes.entries()) {
    if (near !== null && !near.has(node)) continue;
    const group = groupOf(one, grouping);
    if (group === null || open.has(group) || node === focus?.node) {
      itemOf[node] = items.length;
      items.push({ node, group: "", members: [node] });
      continue;
    }
    const known = groups.get(group);
    if (known === undefined) {
      const members = [node];
      groups.set(group, { place: items.length, members });
      itemOf[node] = items.length;
      items.push({ node: null, group, members });
    } else {
      known.members.push(node);
      itemOf[node] = known.place;
    }
  }
  return { items, links: joinLinks(data.edges, itemOf), itemOf };
}

/** The name of the group that a node belongs to; null where it is not grouped: what is shared is no value's. */
export function groupOf(node: PageNode, grouping: Grouping): string | null {
  switch (grouping) {
    case "none":
      return null;
    case "schema":
      return node.schema;
    case "scope":
      return node.scope === null ? null : node.scope.replace("=", " ");
    case "folder":
      return node.component === null ? "no file" : `${folderOf(node.component)}/`;
  }
}

function folderOf(component: string): string {
  const end = component.lastIndexOf("/");
  return end === -1 ? "." : component.slice(0, end);
}

/** The node, what it needs and what needs it, each as many steps away as `depth` says. */
function around(data: PageData, node: number, depth: number): ReadonlySet<number> {
  const { needs, neededBy } = neighbours(data);
  const below = reachable(node, depth, needs);
  return new Set([...below, ...reachable(node, depth, neededBy)]);
}

/** By node: what it needs, and what needs it. */
export interface Neighbours {
  readonly needs: readonly (readonly number[])[];
  readonly neededBy: readonly (readonly number[])[];
}

export function neighbours({ nodes, edges }: PageData): Neighbours {
  const needs: number[][] = nodes.map(() => []);
  const neededBy: number[][] = nodes.map(() => []);
  for (const { from, to } of edges) {
    needs[from]?.push(to);
    neededBy[to]?.push(from);
  }
  return { needs, neededBy };
}

/** The start and all within so many steps of it. */
export function reachable(
  start: number,
  depth: number,
  next: readonly (readonly number[])[],
): ReadonlySet<number> {
  const found = new Set([start]);
  let rim = [start];
  for (let step = 0; step < depth && rim.length > 0; step++) {
    const further = rim.flatMap((node) => next[node] ?? []).filter((node) => !found.has(node));
    for (const node of further) found.add(node);
    rim = [...new Set(further)];
  }
  return found;
}

function joinLinks(edges: readonly PageEdge[], itemOf: readonly (number | undefined)[]): readonly ItemLink[] {
  const links = new Map<string, ItemLink>();
  for (const edge of edges) {
    const [from, to] = [itemOf[edge.from], itemOf[edge.to]];
    if (from === undefined || to === undefined || from === to) continue;
    const id = `${from} ${to}`;
    const known = links.get(id);
    links.set(id, { from, to, soft: edge.soft && known?.soft !== false });
  }
  return [...links.values()];
}
