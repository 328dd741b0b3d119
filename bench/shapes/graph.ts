/** Who needs whom in a shape. What would close a circle is made by a rule, which comes after both ends. */
import type { Shape, ShapeType } from "./shape.ts";

export interface ShapeNeeds {
  /** Functions that the relation's query calls. */
  readonly called: ReadonlyMap<number, readonly number[]>;
  /** Functions that only a rule on the relation can call. */
  readonly calledByRule: ReadonlyMap<number, readonly number[]>;
  /** Relations that the view's query reads, with the columns. */
  readonly read: ReadonlyMap<number, readonly (readonly [relation: number, columns: readonly number[]])[]>;
  /** Uses that no query can have, as they would close a circle between views. */
  readonly impossible: number;
}

export function shapeNeeds(shape: Shape): ShapeNeeds {
  const kinds = new Map(shape.relations.map((relation) => [relation.id, relation.kind]));
  const edges = new Map<string, Set<string>>();
  const add = (from: string, to: string) => edges.set(from, (edges.get(from) ?? new Set()).add(to));
  for (const one of shape.functions)
    for (const type of [one.returns, ...one.args])
      if (isRow(type) && kinds.get(type.row) !== "table") add(`f${one.id}`, `r${type.row}`);
  const read = new Map<number, (readonly [number, readonly number[]])[]>();
  let impossible = 0;
  for (const [view, relation, columns] of shape.uses) {
    if (reaches(edges, `r${relation}`, `r${view}`)) impossible++;
    else {
      add(`r${view}`, `r${relation}`);
      append(read, view, [relation, columns]);
    }
  }
  const called = new Map<number, number[]>();
  const calledByRule = new Map<number, number[]>();
  for (const [relation, routine] of shape.usesFunction) {
    const byRule = kinds.get(relation) === "table" || reaches(edges, `f${routine}`, `r${relation}`);
    if (!byRule) add(`r${relation}`, `f${routine}`);
    append(byRule ? calledByRule : called, relation, routine);
  }
  return { called, calledByRule, read, impossible };
}

function append<T>(map: Map<number, T[]>, key: number, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function isRow(type: ShapeType): type is Exclude<ShapeType, string> {
  return typeof type !== "string";
}

function reaches(edges: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const seen = new Set([from]);
  // A set is walked while it grows.
  for (const node of seen) {
    if (node === to) return true;
    for (const next of edges.get(node) ?? []) seen.add(next);
  }
  return false;
}
