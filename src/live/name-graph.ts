/** Who needs whom among declared objects that come and go: names are resolved only for the objects that are asked about. */
import { compareText } from "../../graph/compare.ts";
import type { DeclaredObject } from "../../graph/declared.ts";
import type { Edge } from "../../graph/edge.ts";
import { isChild } from "../../graph/identity.ts";
import type { Reference } from "../../graph/reference.ts";
import {
  buildIndex,
  type ObjectIndex,
  type RelationEntry,
  type RoutineEntry,
} from "../../graph/syntax/object-index.ts";
import { resolveReferences } from "../../graph/syntax/resolve.ts";

export interface NameGraph {
  /** Takes objects out, then puts others in. The work follows their number. */
  replace(removed: Iterable<readonly [string, DeclaredObject]>, added: readonly DeclaredObject[]): void;
  /** Says which relations of the database have the name: an earlier one on the search_path hides a declared one. */
  setOthers(name: string, relations: readonly { readonly schema: string }[]): void;
  needs(key: string): readonly Edge[];
  neededBy(key: string): readonly Edge[];
}

/** `objects` is read when a question is asked; the graph holds what was put in. */
export function createNameGraph(
  objects: ReadonlyMap<string, DeclaredObject>,
  searchPath: readonly string[],
): NameGraph {
  const declared = new Map<string, readonly RelationEntry[]>();
  const others = new Map<string, readonly RelationEntry[]>();
  /** Both. */
  const relations = new Map<string, readonly RelationEntry[]>();
  const routines = new Map<string, readonly RoutineEntry[]>();
  const keys = new Map<DeclaredObject, string>();
  const index: ObjectIndex = { relations, routines, keys };
  /** By name: the keys of the objects whose text has it. */
  const mentions = new Map<string, Set<string>>();
  /** What was resolved since the last change. */
  let resolved = new Map<string, readonly Edge[]>();

  const join = (name: string): void => {
    const known = declared.get(name) ?? [];
    const hidden = (others.get(name) ?? []).filter(
      ({ schema }) => !known.some((one) => one.schema === schema),
    );
    const all = [...known, ...hidden];
    if (all.length === 0) relations.delete(name);
    else relations.set(name, all);
  };

  const remove = (key: string, object: DeclaredObject): void => {
    keys.delete(object);
    const { name } = object.identity;
    take(declared, name, key);
    join(name);
    take(routines, name, key);
    for (const mentioned of namesIn(object)) {
      const set = mentions.get(mentioned);
      set?.delete(key);
      if (set?.size === 0) mentions.delete(mentioned);
    }
  };

  const add = (added: readonly DeclaredObject[]): void => {
    const some = buildIndex(added);
    for (const [name, entries] of some.relations) {
      put(declared, name, entries);
      join(name);
    }
    for (const [name, entries] of some.routines) put(routines, name, entries);
    for (const [object, key] of some.keys) {
      keys.set(object, key);
      for (const name of namesIn(object)) {
        const set = mentions.get(name);
        if (set === undefined) mentions.set(name, new Set([key]));
        else set.add(key);
      }
    }
  };

  const needs = (key: string): readonly Edge[] => {
    const known = resolved.get(key);
    if (known !== undefined) return known;
    const object = objects.get(key);
    const edges = object === undefined ? [] : resolveReferences(object, index, searchPath);
    resolved.set(key, edges);
    return edges;
  };

  return {
    replace(removed, added) {
      resolved = new Map();
      for (const [key, object] of removed) remove(key, object);
      if (added.length > 0) add(added);
    },
    setOthers(name, found) {
      resolved = new Map();
      if (found.length === 0) others.delete(name);
      else
        others.set(
          name,
          found.map(({ schema }) => ({ schema, key: null })),
        );
      join(name);
    },
    needs,
    neededBy(key) {
      const object = objects.get(key);
      if (object === undefined || isChild(object.identity)) return [];
      const candidates = [...(mentions.get(object.identity.name) ?? [])].sort(compareText);
      return candidates.flatMap((from) => needs(from).filter((edge) => edge.to === key));
    },
  };
}

/** Every name that resolving the object's references may look up. */
function namesIn(object: DeclaredObject): ReadonlySet<string> {
  const names = new Set<string>();
  const note = (reference: Reference): void => {
    switch (reference.kind) {
      case "relation":
      case "routine":
      case "operator":
        names.add(reference.name);
        return;
      case "type":
        names.add(reference.type.name);
        // The array of a row type.
        if (reference.type.name.startsWith("_")) names.add(reference.type.name.slice(1));
        return;
      case "attributes":
        for (const name of reference.names) names.add(name);
    }
  };
  for (const reference of object.references) note(reference);
  for (const attachment of object.attachments) for (const reference of attachment.references) note(reference);
  return names;
}

function put<T>(map: Map<string, readonly T[]>, name: string, entries: readonly T[]): void {
  map.set(name, [...(map.get(name) ?? []), ...entries]);
}

function take<T extends { readonly key: string | null }>(
  map: Map<string, readonly T[]>,
  name: string,
  key: string,
): void {
  const entries = map.get(name);
  if (entries === undefined) return;
  const left = entries.filter((entry) => entry.key !== key);
  if (left.length === 0) map.delete(name);
  else map.set(name, left);
}
