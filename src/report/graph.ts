/** The dependency graph as the reports show it: nodes in a fixed order, edges from the dependent to what it needs. */
import { compareText } from "../../graph/compare.ts";
import { quoteIdentifier, quoteName } from "../../graph/quote.ts";

export interface GraphNode {
  readonly key: string;
  /** A kind of object that components declare, or `table`. */
  readonly kind: string;
  readonly schema: string;
  /** The bare name; for a trigger, rule or policy the relation's stands in `label` alone. */
  readonly name: string;
  /** As pg_identify_object prints it. */
  readonly label: string;
  /** The file that declares it; null for tables and for what is unmanaged. */
  readonly component: string | null;
  /** The value of a matrix that it is one of: `tenant=acme`; null for what is shared. */
  readonly scope: string | null;
  readonly extension: string | null;
}

/** What somebody may call it: a name is taken as it is and as SQL writes it. */
export function namesOf({
  schema,
  name,
  label,
  kind,
}: Pick<GraphNode, "schema" | "name" | "label" | "kind">): readonly string[] {
  return [
    name,
    `${schema}.${name}`,
    quoteIdentifier(name),
    quoteName(schema, name),
    label,
    label.slice(kind.length + 1),
  ];
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** `hard`: PostgreSQL records it, or will; `soft`: only the text of a body says so. */
  readonly strength: "hard" | "soft";
  readonly sources: readonly ("files" | "database")[];
}

export interface DependencyGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** True for what lives in the database and no file declares. Tables are never declared and do not count. */
export function isUnmanaged(node: GraphNode): boolean {
  return node.component === null && node.kind !== "table";
}

/** A graph with its edges looked up from both ends, each list in the order of the labels. */
export interface IndexedGraph {
  readonly graph: DependencyGraph;
  readonly nodes: ReadonlyMap<string, GraphNode>;
  needs(key: string): readonly GraphEdge[];
  neededBy(key: string): readonly GraphEdge[];
}

export function indexGraph(graph: DependencyGraph): IndexedGraph {
  const nodes = new Map(graph.nodes.map((node) => [node.key, node]));
  const needs = new Map<string, GraphEdge[]>();
  const neededBy = new Map<string, GraphEdge[]>();
  const label = (key: string) => nodes.get(key)?.label ?? "";
  for (const edge of graph.edges) {
    push(needs, edge.from, edge);
    push(neededBy, edge.to, edge);
  }
  for (const list of needs.values()) list.sort((a, b) => compareText(label(a.to), label(b.to)));
  for (const list of neededBy.values()) list.sort((a, b) => compareText(label(a.from), label(b.from)));
  return {
    graph,
    nodes,
    needs: (key) => needs.get(key) ?? [],
    neededBy: (key) => neededBy.get(key) ?? [],
  };
}

export function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** All that these need and all that needs them, transitively, themselves included. */
export function around(graph: IndexedGraph, keys: Iterable<string>): DependencyGraph {
  const start = [...keys];
  const below = reach(start, (key) => graph.needs(key).map((edge) => edge.to));
  const above = reach(start, (key) => graph.neededBy(key).map((edge) => edge.from));
  const nodes = graph.graph.nodes.filter(({ key }) => below.has(key) || above.has(key));
  const edges = graph.graph.edges.filter(
    ({ from, to }) => (below.has(from) && below.has(to)) || (above.has(from) && above.has(to)),
  );
  return { nodes, edges };
}

/** The part of the graph that can be reached, the start included. */
export function reach(start: Iterable<string>, next: (key: string) => Iterable<string>): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...start];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (found.has(key)) continue;
    found.add(key);
    waiting.push(...next(key));
  }
  return found;
}

/** The object that `graph --format json` prints. Edges name nodes by their place in `nodes`. */
export function graphJson(graph: DependencyGraph) {
  const place = new Map(graph.nodes.map((node, i) => [node.key, i]));
  return {
    version: 1,
    nodes: graph.nodes.map((node) => ({
      object: node.label,
      kind: node.kind,
      schema: node.schema,
      name: node.name,
      component: node.component,
      managed: node.component !== null,
      ...(node.scope === null ? {} : { scope: node.scope }),
      ...(node.extension === null ? {} : { extension: node.extension }),
    })),
    edges: graph.edges.map(({ from, to, strength, sources }) => ({
      from: place.get(from),
      to: place.get(to),
      strength,
      sources,
    })),
    errors: [],
  };
}
