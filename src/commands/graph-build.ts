/** Joins what the files say with what the catalog records into one dependency graph. */
import { compareText } from "../../graph/compare.ts";
import type { Desired } from "../../graph/desired.ts";
import { describeIdentity, identityKey } from "../../graph/identity.ts";
import { quoteName } from "../../graph/quote.ts";
import type { CatalogGraph, CatalogObject } from "../database/catalog-graph.ts";
import { type DependencyGraph, type GraphEdge, type GraphNode, push, reach } from "../report/graph.ts";
import { sharedScope } from "../tenants/scope.ts";
import { fileOfComponent, scopeOfComponent } from "../tenants/scoped-name.ts";
import type { GraphOwners } from "./graph-owners.ts";

/**
 * The declared objects, all that they need and all that needs them, but for what other scopes have that nothing in it needs. `catalog`
 * is null where there is no database; what it has apart from these is left out.
 */
export function buildGraph(
  desired: Desired,
  catalog: CatalogGraph | null,
  owners: GraphOwners,
): DependencyGraph {
  const nodes = new Map<string, GraphNode>();
  const keyOf = new Map<string, string>();
  for (const object of catalog?.objects ?? []) {
    const node = catalogNode(object, owners);
    keyOf.set(object.id, node.key);
    nodes.set(node.key, node);
  }
  for (const [key, { identity, component }] of desired.objects) {
    nodes.set(key, {
      key,
      kind: identity.kind,
      schema: identity.schema,
      name: identity.name,
      label: describeIdentity(identity),
      component: fileOfComponent(component),
      scope: scopeOf(component),
      extension: nodes.get(key)?.extension ?? null,
    });
  }
  const edges = joinEdges(desired, catalog, keyOf);
  const isOthers = (key: string): boolean => {
    const scope = nodes.get(key)?.scope ?? null;
    return owners.others.has(key) || (scope !== null && !owners.asked.has(scope));
  };
  const near = connected(desired, edges, isOthers);
  return {
    nodes: [...nodes.values()].filter(({ key }) => near.has(key)).sort(byPlace),
    edges: edges
      .filter(({ from, to }) => near.has(from) && near.has(to))
      .sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to)),
  };
}

function joinEdges(
  desired: Desired,
  catalog: CatalogGraph | null,
  keyOf: ReadonlyMap<string, string>,
): readonly GraphEdge[] {
  const edges = new Map<string, GraphEdge>();
  const id = (from: string, to: string) => JSON.stringify([from, to]);
  for (const key of desired.objects.keys()) {
    for (const { from, to, strength } of desired.needs(key)) {
      if (from === to || !desired.objects.has(to)) continue;
      edges.set(id(from, to), {
        from,
        to,
        strength: strength === "hard" ? "hard" : "soft",
        sources: ["files"],
      });
    }
  }
  for (const [dependent, needed] of catalog?.edges ?? []) {
    const from = keyOf.get(dependent);
    const to = keyOf.get(needed);
    if (from === undefined || to === undefined || from === to) continue;
    const known = edges.has(id(from, to));
    edges.set(id(from, to), {
      from,
      to,
      strength: "hard",
      sources: known ? ["files", "database"] : ["database"],
    });
  }
  return [...edges.values()];
}

/** What the declared objects reach in either direction; not the neighbours of a table that they happen to share. */
function connected(
  desired: Desired,
  edges: readonly GraphEdge[],
  isOthers: (key: string) => boolean,
): ReadonlySet<string> {
  const down = new Map<string, string[]>();
  const up = new Map<string, string[]>();
  for (const { from, to } of edges) {
    push(down, from, to);
    if (!isOthers(from)) push(up, to, from);
  }
  const dependents = reach(desired.objects.keys(), (key) => up.get(key) ?? []);
  return reach(dependents, (key) => down.get(key) ?? []);
}

/** What several scopes declare; whom each object needs is known where it is declared. */
export function joinDesired(parts: readonly Desired[]): Desired {
  const objects = new Map(parts.flatMap((part) => [...part.objects]));
  return {
    objects,
    needs: (key) => parts.flatMap((part) => (part.objects.has(key) ? part.needs(key) : [])),
    neededBy: (key) => parts.flatMap((part) => part.neededBy(key)),
  };
}

/** What the node of an object of the catalog is called. */
export function catalogKey({ identity }: CatalogObject): string {
  return identity.kind === "table"
    ? JSON.stringify(["table", identity.schema, identity.name])
    : identityKey(identity);
}

/** Null for the shared one. */
function scopeOf(component: string): string | null {
  const scope = scopeOfComponent(component);
  return scope === sharedScope ? null : scope;
}

function catalogNode(object: CatalogObject, { schemas, others }: GraphOwners): GraphNode {
  const { identity, extension } = object;
  const { kind, schema, name } = identity;
  const label = identity.kind === "table" ? `table ${quoteName(schema, name)}` : describeIdentity(identity);
  const key = catalogKey(object);
  const owned = others.get(key);
  return {
    key,
    kind,
    schema,
    name,
    label,
    component: owned === undefined ? null : fileOfComponent(owned),
    scope: owned === undefined ? (schemas.get(schema) ?? null) : scopeOf(owned),
    extension,
  };
}

function byPlace(a: GraphNode, b: GraphNode): number {
  return compareText(a.schema, b.schema) || compareText(a.name, b.name) || compareText(a.label, b.label);
}
