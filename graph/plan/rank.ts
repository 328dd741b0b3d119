/** The order among declared objects that a plan looks at: the part of the graph that they and their dependents span. */
import type { DeclaredObject } from "../declared.ts";
import type { Desired } from "../desired.ts";
import type { Edge } from "../edge.ts";
import { compareIdentities, describeIdentity } from "../identity.ts";
import { type OrderEdge, type OrderStrength, orderNodes } from "../order.ts";
import { PlanError, type Problem } from "../step.ts";

export interface Ranks {
  readonly ranks: ReadonlyMap<string, number>;
  /** Functions whose bodies cannot be checked when they are made. */
  readonly unchecked: ReadonlySet<string>;
}

/** Ranks the given objects and all that needs them. A circle of hard edges is a PlanError that names its links. */
export function rankObjects(desired: Desired, keys: Iterable<string>): Ranks {
  const nodes: DeclaredObject[] = [];
  const found = new Set<string>();
  const waiting = [...keys];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const object = desired.objects.get(key);
    if (object === undefined || found.has(key)) continue;
    found.add(key);
    nodes.push(object);
    for (const edge of desired.neededBy(key)) if (!found.has(edge.from)) waiting.push(edge.from);
  }
  const keyOf = new Map<DeclaredObject, string>();
  for (const key of found) {
    const object = desired.objects.get(key);
    if (object !== undefined) keyOf.set(object, key);
  }
  nodes.sort((a, b) => compareIdentities(a.identity, b.identity));
  const order = nodes.map((node) => keyOf.get(node) ?? "");
  const indexOf = new Map(order.map((key, index) => [key, index]));
  const edges: OrderEdge[] = [];
  const sources: Edge[] = [];
  for (const [from, key] of order.entries()) {
    const late = isLate(nodes[from]);
    for (const edge of desired.needs(key)) {
      const to = indexOf.get(edge.to);
      if (to === undefined) continue;
      edges.push({ from, to, strength: orderStrength(edge, late) });
      sources.push(edge);
    }
  }
  const result = orderNodes(order.length, edges);
  if (result.kind === "cycle")
    throw new PlanError(
      cycleProblems(
        desired,
        result.edges.map((edge) => sources[edges.indexOf(edge)]),
      ),
    );
  return {
    ranks: new Map(result.order.map((node, rank) => [order[node] ?? "", rank])),
    unchecked: new Set([...result.unchecked].map((node) => order[node] ?? "")),
  };
}

/** Whether an object needs itself through others. Walks down from it, which is a short way in most projects. */
export function reachesItself(desired: Desired, key: string): boolean {
  const seen = new Set<string>();
  const waiting = [key];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const edge of desired.needs(next)) {
      if (edge.to === key && edge.from !== key) return true;
      if (edge.strength === "soft" || seen.has(edge.to)) continue;
      seen.add(edge.to);
      waiting.push(edge.to);
    }
  }
  return false;
}

function orderStrength(edge: Edge, late: boolean): OrderStrength {
  if (edge.strength !== "soft") return edge.strength;
  return late ? "late" : "either";
}

/** A plpgsql body names things when it runs; a soft edge of anything else is one of several overloads. */
function isLate(object: DeclaredObject | undefined): boolean {
  const parts = object?.parts;
  return (parts?.kind === "function" || parts?.kind === "procedure") && parts.language !== "sql";
}

function cycleProblems(desired: Desired, cycle: readonly (Edge | undefined)[]): readonly Problem[] {
  const name = (key: string) => {
    const object = desired.objects.get(key);
    return object === undefined ? key : describeIdentity(object.identity);
  };
  const links = cycle.filter((edge) => edge !== undefined);
  const circle = [...links.map((edge) => name(edge.from)), name(links[0]?.from ?? "")].join(" -> ");
  return links.map((edge, index) => ({
    code: "dependency-cycle",
    message: index === 0 ? `objects need each other: ${circle}` : `${name(edge.from)} needs ${name(edge.to)}`,
    component: desired.objects.get(edge.from)?.component ?? null,
    offset: edge.offset,
    fix:
      index === 0
        ? "take one of these references out, or move what both need into an object of its own"
        : "take this reference out, or another one of the circle",
  }));
}
