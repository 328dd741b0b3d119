/**
 * The desired state, kept up while components change. All that joins one component to another goes by name: two places
 * that declare an object, and an attachment that stands in another file than its object. So what a project declares
 * falls into groups of one name each, and a change has only the groups of its names assembled anew.
 */
import { compareText } from "../../graph/compare.ts";
import type { DeclaredObject, LooseTarget, ParsedComponent } from "../../graph/declared.ts";
import type { Desired } from "../../graph/desired.ts";
import { type Identity, isChild, isRelation } from "../../graph/identity.ts";
import { quoteIdentifier } from "../../graph/quote.ts";
import type { Problem } from "../../graph/step.ts";
import { assemble, type NamedRelation, relationNames, type TypeNames, unsettledTypes } from "./assemble.ts";
import { createNameGraph } from "./name-graph.ts";

/** `parsed` null: the component is gone. */
export interface ComponentChange {
  readonly component: string;
  readonly parsed: ParsedComponent | null;
}

/** What the database says of names in changed components. */
interface NameAnswers {
  /** Of what the assembly `asks`. */
  readonly types: TypeNames;
  /** Of their `relationNames`: the relations of these names in the schemas of the search_path. */
  readonly relations: readonly NamedRelation[];
}

export interface IncrementalAssembly {
  /** Follows the updates. What untracked components declare is left out. */
  readonly desired: Desired;
  /** What `assemble` would say of all components; ordered by place. */
  problems(): readonly Problem[];
  /** The type names whose meaning the update needs: those of the changed components, and of views that come or go with them. */
  asks(changes: readonly ComponentChange[]): ReadonlySet<string>;
  /**
   * Takes changed components in. Returns the objects whose declaration may be another now, as declared last: new,
   * changed, moved and vanished ones.
   */
  update(changes: readonly ComponentChange[], answers: NameAnswers): ReadonlyMap<string, DeclaredObject>;
}

interface Group {
  /** By component, with nothing in it but what belongs to the group. */
  readonly members: Map<string, ParsedComponent>;
  objects: ReadonlyMap<string, DeclaredObject>;
}

export function createAssembly(
  searchPath: readonly string[],
  untracked: ReadonlySet<string>,
): IncrementalAssembly {
  const components = new Map<string, ParsedComponent>();
  const groups = new Map<string, Group>();
  const problems = new Map<string, readonly Problem[]>();
  const objects = new Map<string, DeclaredObject>();
  const tracked = untracked.size === 0 ? objects : new Map<string, DeclaredObject>();
  const settled = new Map<string, string>();
  const typeUsers = new Map<string, Set<string>>();
  /** By name: relations of the database, that a name may mean instead of a declared one. */
  const others = new Map<string, readonly NamedRelation[]>();
  /** By relation: the groups of what stands on it. */
  const childGroups = new Map<string, Set<string>>();
  const graph = createNameGraph(objects, searchPath);

  const forget = (component: string, dirty: Set<string>): void => {
    const before = components.get(component);
    if (before === undefined) return;
    components.delete(component);
    for (const name of groupsOf(before).keys()) {
      dirty.add(name);
      groups.get(name)?.members.delete(component);
    }
    for (const type of unsettledTypes([before])) typeUsers.get(type)?.delete(component);
  };

  const keep = (component: string, parsed: ParsedComponent, dirty: Set<string>): void => {
    components.set(component, parsed);
    for (const [name, part] of groupsOf(parsed)) {
      dirty.add(name);
      const group = groups.get(name) ?? { members: new Map(), objects: new Map() };
      groups.set(name, group);
      group.members.set(component, part);
    }
    for (const { identity } of parsed.objects) {
      if (!isChild(identity)) continue;
      const known = childGroups.get(identity.relation) ?? new Set();
      childGroups.set(identity.relation, known.add(groupOfObject(identity)));
    }
    for (const type of unsettledTypes([parsed])) {
      const users = typeUsers.get(type);
      if (users === undefined) typeUsers.set(type, new Set([component]));
      else users.add(component);
    }
  };

  /** A name that means another type by now settles the arguments of all who use it. */
  const settle = (asked: Iterable<string>, types: TypeNames, dirty: Set<string>): void => {
    for (const type of asked) {
      const now = types.get(type);
      if (settled.get(type) === now) continue;
      if (now === undefined) settled.delete(type);
      else settled.set(type, now);
      for (const user of typeUsers.get(type) ?? []) {
        const parsed = components.get(user);
        if (parsed !== undefined) for (const name of groupsOf(parsed).keys()) dirty.add(name);
      }
    }
  };

  const hide = (asked: Iterable<string>, relations: readonly NamedRelation[], dirty: Set<string>): void => {
    const byName = new Map<string, NamedRelation[]>();
    for (const relation of relations)
      byName.set(relation.name, [...(byName.get(relation.name) ?? []), relation]);
    for (const name of asked) {
      const now = byName.get(name) ?? [];
      if (JSON.stringify(others.get(name) ?? []) === JSON.stringify(now)) continue;
      setOthers(name, now);
      dirty.add(name);
    }
  };

  const setOthers = (name: string, relations: readonly NamedRelation[]): void => {
    if (relations.length === 0) others.delete(name);
    else others.set(name, relations);
    graph.setOthers(name, relations);
  };

  /** Which schema an unqualified trigger, rule or policy stands in depends on the relations of that name. */
  const followRelations = (dirty: Set<string>): void => {
    if (searchPath.length < 2) return;
    for (const name of [...dirty]) for (const child of childGroups.get(name) ?? []) dirty.add(child);
  };

  /** The relations that a name in the group may mean: of a child, those that it may stand on, declared or not. */
  const relationsFor = (members: readonly ParsedComponent[]): readonly NamedRelation[] => {
    const child = members.flatMap(({ objects: some }) => some)[0]?.identity;
    if (child === undefined) return [];
    if (!isChild(child)) return others.get(child.name) ?? [];
    const declaring = [...(groups.get(child.relation)?.members.values() ?? [])];
    const declared = declaring.flatMap(({ objects: some }) => some.map(({ identity }) => identity));
    return [...(others.get(child.relation) ?? []), ...declared.filter(isRelation)];
  };

  /** Assembles a group anew; what it declared before and declares now is added to the two lists. */
  const regroup = (name: string, removed: [string, DeclaredObject][], added: [string, DeclaredObject][]) => {
    const group = groups.get(name);
    if (group === undefined) return;
    const before = group.objects;
    const members = [...group.members.values()].sort((a, b) => compareText(a.component, b.component));
    const result = assemble(members, searchPath, settled, relationsFor(members));
    group.objects = result.desired.objects;
    if (members.length === 0) groups.delete(name);
    if (result.problems.length > 0) problems.set(name, result.problems);
    else problems.delete(name);
    for (const [key, object] of before) if (group.objects.get(key) !== object) removed.push([key, object]);
    for (const [key, object] of group.objects) if (before.get(key) !== object) added.push([key, object]);
  };

  const asks = (changes: readonly ComponentChange[]): ReadonlySet<string> => {
    const names = new Set(unsettledTypes(changes.flatMap(({ parsed }) => parsed ?? [])));
    for (const { component, parsed } of changes) {
      for (const { identity } of [
        ...(components.get(component)?.objects ?? []),
        ...(parsed?.objects ?? []),
      ]) {
        const written = quoteIdentifier(identity.name);
        if (isRelation(identity) && typeUsers.has(written)) names.add(written);
      }
    }
    return names;
  };

  return {
    asks,
    desired: { objects: tracked, needs: graph.needs, neededBy: graph.neededBy },
    problems: () => [...problems.values()].flat().sort(compareProblems),
    update(changes, answers) {
      const dirty = new Set<string>();
      const asked = asks(changes);
      for (const { component } of changes) forget(component, dirty);
      for (const { component, parsed } of changes) if (parsed !== null) keep(component, parsed, dirty);
      const present = changes.flatMap(({ parsed }) => parsed ?? []);
      settle(asked, answers.types, dirty);
      hide(relationNames(present), answers.relations, dirty);
      followRelations(dirty);
      const removed: [string, DeclaredObject][] = [];
      const added: [string, DeclaredObject][] = [];
      for (const name of dirty) regroup(name, removed, added);
      for (const [key] of removed) {
        objects.delete(key);
        tracked.delete(key);
      }
      for (const [key, object] of added) {
        objects.set(key, object);
        if (!untracked.has(object.component)) tracked.set(key, object);
      }
      graph.replace(
        removed,
        added.map(([, object]) => object),
      );
      // What no component declares any more is dropped, and hides nothing.
      for (const [key, { identity }] of removed) {
        const known = objects.has(key) ? undefined : others.get(identity.name);
        if (known !== undefined && isRelation(identity))
          setOthers(
            identity.name,
            known.filter(({ schema }) => schema !== identity.schema),
          );
      }
      return new Map([...removed, ...added]);
    },
  };
}

/** What a component brings to each group. */
function groupsOf(parsed: ParsedComponent): ReadonlyMap<string, ParsedComponent> {
  const { component } = parsed;
  const parts = new Map<string, { objects: DeclaredObject[]; loose: ParsedComponent["loose"][number][] }>();
  const part = (name: string) => {
    const known = parts.get(name) ?? { objects: [], loose: [] };
    parts.set(name, known);
    return known;
  };
  for (const object of parsed.objects) part(groupOfObject(object.identity)).objects.push(object);
  for (const one of parsed.loose) part(groupOfTarget(one.target)).loose.push(one);
  return new Map([...parts].map(([name, { objects, loose }]) => [name, { component, objects, loose }]));
}

/** A trigger's name may stand on every table: what belongs together has the relation in common too. */
function groupOfObject(identity: Identity): string {
  return isChild(identity) ? JSON.stringify([identity.relation, identity.name]) : identity.name;
}

function groupOfTarget(target: LooseTarget): string {
  return target.relation === null ? target.name : JSON.stringify([target.relation, target.name]);
}

function compareProblems(a: Problem, b: Problem): number {
  return compareText(a.component ?? "", b.component ?? "") || (a.offset ?? 0) - (b.offset ?? 0);
}
