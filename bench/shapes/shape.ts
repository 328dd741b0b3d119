/** The shape of a real system: relations, functions and what uses what, without a name and without a text. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const shapeNames = [
  "ovirt",
  "xtuple",
  "gnumed",
  "evergreen",
  "mimic-iv",
  "chado",
  "postgrest",
] as const;
export type ShapeName = (typeof shapeNames)[number];

/** A type by name, or the row type of a relation, or an array of it. */
export type ShapeType = string | { readonly row: number; readonly array: boolean };

export type TriggerTime = "before" | "after" | "instead";

export interface ShapeRelation {
  readonly id: number;
  readonly kind: "table" | "view" | "matview";
  readonly columns: readonly string[];
  readonly indexes: readonly { readonly columns: number; readonly unique: boolean }[];
  readonly triggers: readonly TriggerTime[];
  /** How many rewrite rules besides the one of a view's query. */
  readonly rules: number;
}

export interface ShapeFunction {
  readonly id: number;
  readonly language: string;
  /** Function, procedure or aggregate. */
  readonly kind: "f" | "p" | "a";
  readonly set: boolean;
  readonly returns: ShapeType;
  readonly args: readonly ShapeType[];
  /** How many of the last arguments have a default. */
  readonly defaults: number;
  /** How many other functions have its name. */
  readonly overloads: number;
}

export interface Shape {
  readonly name: string;
  readonly relations: readonly ShapeRelation[];
  /** View, relation that it reads, positions of the columns that it reads (from 1). */
  readonly uses: readonly (readonly [view: number, relation: number, columns: readonly number[]])[];
  readonly functions: readonly ShapeFunction[];
  /** Relation whose query or rules call the function, function. */
  readonly usesFunction: readonly (readonly [relation: number, routine: number])[];
}

type Nullable<T> = { readonly [K in keyof T]: T[K] | null };

interface ShapeFile {
  readonly relations: readonly Nullable<ShapeRelation>[];
  readonly uses: Shape["uses"];
  readonly functions: readonly Nullable<ShapeFunction>[] | null;
  readonly usesFunction: Shape["usesFunction"] | null;
}

/** `folder` holds one JSON file a shape; empty lists and zeros are null in it. */
export function readShape(folder: string, name: ShapeName): Shape {
  const file = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as ShapeFile;
  return {
    name,
    relations: file.relations.map((relation) => ({
      id: given(relation.id),
      kind: given(relation.kind),
      columns: relation.columns ?? [],
      indexes: relation.indexes ?? [],
      triggers: relation.triggers ?? [],
      rules: relation.rules ?? 0,
    })),
    uses: file.uses,
    functions: (file.functions ?? []).map((one) => ({
      id: given(one.id),
      language: given(one.language),
      kind: given(one.kind),
      set: one.set ?? false,
      returns: one.returns ?? "void",
      args: one.args ?? [],
      defaults: one.defaults ?? 0,
      overloads: one.overloads ?? 0,
    })),
    usesFunction: file.usesFunction ?? [],
  };
}

function given<T>(value: T | null): T {
  if (value === null) throw new Error("the shape lacks a value");
  return value;
}
