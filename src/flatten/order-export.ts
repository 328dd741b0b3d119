/** Puts what is exported in an order in which it can be made; parts of tables that stand in the way follow on their own. */
import { compareText } from "../../graph/compare.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import { type OrderEdge, orderNodes } from "../../graph/order.ts";
import { type ExportNode, nodeKinds } from "./export-node.ts";
import type { TablePart } from "./print-table.ts";

export interface OrderInput {
  readonly nodes: readonly ExportNode[];
  /** Parts that stand inside their tables where they can. */
  readonly movable: readonly TablePart[];
  /** Ids of rows or nodes: the first follows the second. */
  readonly edges: readonly (readonly [string, string])[];
}

/** `circle`: ids of nodes that stand for files, without which there may be an order. */
export type OrderedExport = OrderedNodes | { readonly kind: "circle"; readonly files: readonly string[] };

interface OrderedNodes {
  readonly kind: "ordered";
  readonly nodes: readonly ExportNode[];
  /** Ids of the movable parts that stand apart. */
  readonly separate: ReadonlySet<string>;
}

/** Throws a MigratorError where objects need one another in a circle that no statement breaks. */
export function orderExport({ nodes, movable, edges }: OrderInput): OrderedExport {
  const parts = new Map(movable.map((part) => [part.id, part]));
  const separate = new Set<string>();
  for (;;) {
    const present = [...nodes, ...movable.filter(({ id }) => separate.has(id)).map(({ node }) => node)].sort(
      (a, b) =>
        nodeKinds.indexOf(a.kind) - nodeKinds.indexOf(b.kind) ||
        compareText(a.name, b.name) ||
        compareText(a.id, b.id),
    );
    const index = new Map(present.map(({ id }, at) => [id, at]));
    const placeOf = (id: string): number | undefined => {
      const part = separate.has(id) ? undefined : parts.get(id);
      return index.get(part === undefined ? id : (part.node.needs[0] ?? id));
    };
    const causes = new Map<string, string>();
    const all: OrderEdge[] = [];
    const add = (dependent: string, needed: string) => {
      const from = placeOf(dependent);
      const to = placeOf(needed);
      if (from === undefined || to === undefined || from === to) return;
      all.push({ from, to, strength: "hard" });
      if (parts.has(dependent) && !separate.has(dependent)) causes.set(`${from} ${to}`, dependent);
    };
    for (const [dependent, needed] of edges) add(dependent, needed);
    for (const node of present) for (const needed of node.needs) add(node.id, needed);
    const order = orderNodes(present.length, all);
    if (order.kind === "ordered")
      return { kind: "ordered", nodes: order.order.flatMap((at) => present[at] ?? []), separate };
    const movedOut = order.edges.flatMap(({ from, to }) => causes.get(`${from} ${to}`) ?? []);
    const files = order.edges.flatMap(({ from }) => present[from]?.id ?? []).filter(isFile);
    if (movedOut.length === 0 && files.length > 0) return { kind: "circle", files };
    if (movedOut.length === 0) throw circle(order.edges.map(({ from }) => present[from]?.name ?? ""));
    for (const id of movedOut) separate.add(id);
  }
}

/** The id of a node that stands for a component's file. */
export function fileId(component: string): string {
  return `file:${component}`;
}

function isFile(id: string): boolean {
  return id.startsWith("file:");
}

function circle(names: readonly string[]): MigratorError {
  return new MigratorError([
    {
      code: "dependency-cycle",
      message: `these need one another in a circle: ${names.join(", ")}`,
      fix: "leave the migrations that make them as they are and flatten up to the one before with --to",
    },
  ]);
}
