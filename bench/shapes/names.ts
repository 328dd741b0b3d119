/** Made-up names for what a shape only numbers, and its types as SQL. */
import { quoteIdentifier } from "../../graph/quote.ts";
import type { Shape, ShapeFunction, ShapeRelation, ShapeType } from "./shape.ts";

export const schemaName = "shape";

export interface Names {
  relation(id: number): string;
  routine(id: number): string;
  type(type: ShapeType): string;
  /** Types that PostgreSQL does not have: made as domains. */
  readonly domains: ReadonlyMap<string, string>;
}

export function columnName(position: number): string {
  return `c${position}`;
}

export function nameShape(shape: Shape): Names {
  const relations = new Map(shape.relations.map((one) => [one.id, relationName(one)]));
  const routines = nameRoutines(shape.functions);
  const domains = findDomains(shape);
  const lookUp = (names: ReadonlyMap<number, string>, id: number) => {
    const name = names.get(id);
    if (name === undefined) throw new Error(`the shape has no number ${id}`);
    return name;
  };
  return {
    relation: (id) => lookUp(relations, id),
    routine: (id) => lookUp(routines, id),
    type: (type) => {
      if (typeof type === "string") return domains.get(type) ?? type;
      return lookUp(relations, type.row) + (type.array ? "[]" : "");
    },
    domains,
  };
}

function relationName(relation: ShapeRelation): string {
  return `${{ table: "t", view: "v", matview: "m" }[relation.kind]}${relation.id}`;
}

/** Functions that share a name stand near one another: each joins the first name that lacks members and its arguments. */
function nameRoutines(functions: readonly ShapeFunction[]): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const open: { readonly name: string; readonly size: number; readonly taken: Set<string> }[] = [];
  for (const one of functions) {
    const signature = JSON.stringify(one.args);
    const size = one.overloads + 1;
    const fitting = open.find(
      (group) => group.size === size && group.taken.size < size && !group.taken.has(signature),
    );
    const group = fitting ?? { name: `f${one.id}`, size, taken: new Set<string>() };
    if (fitting === undefined && size > 1) open.push(group);
    group.taken.add(signature);
    names.set(one.id, group.name);
  }
  return names;
}

/** A name with a schema is a type of the system's own; nothing is known of it but the name. */
function findDomains(shape: Shape): ReadonlyMap<string, string> {
  const all = new Set([
    ...shape.relations.flatMap((relation) => relation.columns),
    ...shape.functions
      .flatMap((one) => [one.returns, ...one.args])
      .filter((type) => typeof type === "string"),
  ]);
  const foreign = [...all].filter((type) => /^[^"(]+\./.test(type));
  return new Map(foreign.map((type) => [type, quoteIdentifier(type.replace(".", "_"))]));
}
