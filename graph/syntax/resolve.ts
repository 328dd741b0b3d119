/** From what a text names to the declared objects that it needs. */
import type { DeclaredObject } from "../declared.ts";
import { unreachable } from "../diagnostic.ts";
import type { Edge } from "../edge.ts";
import { isRelation } from "../identity.ts";
import type { Reference, ReferenceStrength } from "../reference.ts";
import { isCatalogRelation } from "../type-name.ts";
import type { ObjectIndex, RelationEntry, RoutineEntry } from "./object-index.ts";
import { attributeFunctions, overloadsOf } from "./resolve-call.ts";

const rank: Readonly<Record<ReferenceStrength, number>> = { soft: 0, checked: 1, hard: 2 };

/**
 * The declared objects that this one needs, each once with its strongest reference, in the order of their references. What an
 * attachment needs counts as soft, because attachments can wait until everything is created. The only edge
 * from an object to itself is that of a view whose query reads the view outside of a CTE, which PostgreSQL cannot run.
 * Names that no component declares are left out.
 */
export function resolveReferences(
  object: DeclaredObject,
  index: ObjectIndex,
  searchPath: readonly string[],
): readonly Edge[] {
  const from = index.keys.get(object);
  if (from === undefined) throw new Error(`${object.component}: an object that is not in the index`);
  const edges = new Map<string, Edge>();

  const link = (to: string, strength: ReferenceStrength, offset: number): void => {
    const known = edges.get(to);
    if (known === undefined || rank[known.strength] < rank[strength]) {
      edges.set(to, { from, to, strength, offset });
    }
  };

  const resolve = (reference: Reference, weakest: boolean): void => {
    const path = reference.searchPath ?? searchPath;
    const strength = weakest ? "soft" : reference.strength;
    const { offset } = reference;
    switch (reference.kind) {
      case "relation": {
        const key = findRelation(index.relations.get(reference.name), reference, path);
        if (key !== null && (key !== from || (isRelation(object.identity) && !weakest))) {
          link(key, strength, offset);
        }
        return;
      }
      case "type": {
        const key = findRowType(index, reference.type, path);
        if (key !== null && key !== from) link(key, strength, offset);
        return;
      }
      case "routine": {
        const entries = visibleRoutines(index.routines.get(reference.name), reference.schema, path);
        for (const candidate of overloadsOf(entries, reference.call, strength)) {
          if (candidate.key !== from) link(candidate.key, candidate.strength, offset);
        }
        return;
      }
      case "attributes": {
        for (const name of reference.names) {
          const entries = index.routines.get(name);
          if (entries === undefined) continue;
          for (const candidate of attributeFunctions(visibleRoutines(entries, null, path))) {
            if (candidate.key !== from) link(candidate.key, candidate.strength, offset);
          }
        }
        return;
      }
      case "operator":
        // No component declares operators.
        return;
      default:
        unreachable(reference, "reference");
    }
  };

  for (const reference of object.references) resolve(reference, false);
  for (const { references } of object.attachments) {
    for (const reference of references) resolve(reference, true);
  }
  return [...edges.values()];
}

interface MaybeQualified {
  readonly schema: string | null;
  readonly name: string;
}

function findRelation(
  entries: readonly RelationEntry[] | undefined,
  { schema, name }: MaybeQualified,
  path: readonly string[],
): string | null {
  if (entries === undefined) return null;
  if (schema !== null) return entries.find((entry) => entry.schema === schema)?.key ?? null;
  if (isCatalogRelation(name)) return null;
  for (const candidate of path) {
    const found = entries.find((entry) => entry.schema === candidate);
    if (found !== undefined) return found.key;
  }
  return null;
}

/** The relation whose row type, or array of rows (`_name`), is named. */
function findRowType(index: ObjectIndex, type: MaybeQualified, path: readonly string[]): string | null {
  const found = findRelation(index.relations.get(type.name), type, path);
  if (found !== null || !type.name.startsWith("_")) return found;
  const element = type.name.slice(1);
  return findRelation(index.relations.get(element), { schema: type.schema, name: element }, path);
}

/** All schemas of the path count: PostgreSQL chooses among the functions of all of them. */
function visibleRoutines(
  entries: readonly RoutineEntry[] | undefined,
  schema: string | null,
  path: readonly string[],
): readonly RoutineEntry[] {
  if (entries === undefined) return [];
  if (schema !== null) return entries.filter((entry) => entry.schema === schema);
  return entries.filter((entry) => path.includes(entry.schema));
}
