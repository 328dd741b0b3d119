/** The state that the files ask for: every declared object and who needs whom. */
import type { DeclaredObject } from "./declared.ts";
import type { Edge } from "./edge.ts";

export interface Desired {
  readonly objects: ReadonlyMap<string, DeclaredObject>;
  /** What the object's text names. */
  needs(key: string): readonly Edge[];
  /** Whose text names the object. */
  neededBy(key: string): readonly Edge[];
}

export function desiredState(objects: ReadonlyMap<string, DeclaredObject>, edges: Iterable<Edge>): Desired {
  const needs = new Map<string, Edge[]>();
  const neededBy = new Map<string, Edge[]>();
  const push = (map: Map<string, Edge[]>, key: string, edge: Edge) => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [edge]);
    else list.push(edge);
  };
  for (const edge of edges) {
    push(needs, edge.from, edge);
    push(neededBy, edge.to, edge);
  }
  return { objects, needs: (key) => needs.get(key) ?? [], neededBy: (key) => neededBy.get(key) ?? [] };
}
