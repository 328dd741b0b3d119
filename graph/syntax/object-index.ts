/** The declared objects by name, for resolving what texts name. */
import type { DeclaredObject } from "../declared.ts";
import { identityKey, isChild, isRelation, isRoutine } from "../identity.ts";
import type { TypeReference } from "../reference.ts";
import { argumentTypeName, builtinTypeName } from "../type-name.ts";

export interface RelationEntry {
  readonly schema: string;
  /** Null for a relation that no component declares: it hides those of later schemas. */
  readonly key: string | null;
}

export interface RoutineEntry {
  readonly schema: string;
  readonly key: string;
  readonly procedure: boolean;
  /** The input arguments' types, canonical where built in. */
  readonly argumentTypes: readonly ArgumentType[];
  readonly defaults: number;
  readonly variadic: boolean;
}

export interface ArgumentType {
  readonly name: string;
  readonly reference: TypeReference;
  readonly builtin: boolean;
}

export interface ObjectIndex {
  readonly relations: ReadonlyMap<string, readonly RelationEntry[]>;
  readonly routines: ReadonlyMap<string, readonly RoutineEntry[]>;
  /** Identity keys, once for each object. */
  readonly keys: ReadonlyMap<DeclaredObject, string>;
}

/**
 * Indexes the objects of a project. `others` are relations of the database that no component declares: an unqualified
 * name that finds one of them first on the search_path means it, and not a declared object of a later schema.
 */
export function buildIndex(
  objects: readonly DeclaredObject[],
  others: Iterable<{ readonly schema: string; readonly name: string }> = [],
): ObjectIndex {
  const relations = new Map<string, RelationEntry[]>();
  const routines = new Map<string, RoutineEntry[]>();
  const keys = new Map<DeclaredObject, string>();
  for (const object of objects) {
    const { identity } = object;
    const key = identityKey(identity);
    keys.set(object, key);
    if (isChild(identity)) continue;
    if (isRelation(identity)) append(relations, identity.name, { schema: identity.schema, key });
    if (isRoutine(identity)) append(routines, identity.name, routineEntry(object, identity.schema, key));
  }
  for (const { schema, name } of others) {
    const declared = relations.get(name)?.some((entry) => entry.schema === schema) ?? false;
    if (!declared) append(relations, name, { schema, key: null });
  }
  return { relations, routines, keys };
}

function routineEntry(object: DeclaredObject, schema: string, key: string): RoutineEntry {
  const { parts } = object;
  if (parts.kind !== "function" && parts.kind !== "procedure" && parts.kind !== "aggregate") {
    throw new Error(`${key} has the parts of a ${parts.kind}`);
  }
  return {
    schema,
    key,
    procedure: parts.kind === "procedure",
    argumentTypes: parts.argumentTypes.map((reference) => ({
      reference,
      name: argumentTypeName(reference, schema),
      builtin: builtinTypeName(reference) !== null,
    })),
    defaults: parts.kind === "aggregate" ? 0 : parts.defaults,
    variadic: parts.variadic,
  };
}

function append<T>(map: Map<string, T[]>, name: string, entry: T): void {
  const entries = map.get(name);
  if (entries === undefined) map.set(name, [entry]);
  else entries.push(entry);
}
