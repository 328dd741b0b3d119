/** Joins the parsed components into the desired state: one index of objects, their attachments and their needs. */
import type { Attachment, DeclaredObject, LooseTarget, ParsedComponent } from "../../graph/declared.ts";
import { type Desired, desiredState } from "../../graph/desired.ts";
import type { Edge } from "../../graph/edge.ts";
import {
  type ChildIdentity,
  describeIdentity,
  identityKey,
  isChild,
  isRelation,
  isRoutine,
  type RoutineIdentity,
} from "../../graph/identity.ts";
import { quoteIdentifier, quoteName } from "../../graph/quote.ts";
import type { TypeReference } from "../../graph/reference.ts";
import type { Problem } from "../../graph/step.ts";
import { buildIndex, type ObjectIndex } from "../../graph/syntax/object-index.ts";
import { resolveReferences } from "../../graph/syntax/resolve.ts";
import { retargetAttachment } from "../../graph/syntax/retarget.ts";
import { builtinTypeName } from "../../graph/type-name.ts";

/** A type as written, and the name that format_type gives it; absent where the database has no such type. */
export type TypeNames = ReadonlyMap<string, string>;

export interface NamedRelation {
  readonly schema: string;
  readonly name: string;
}

export interface Assembled {
  readonly desired: Desired;
  readonly problems: readonly Problem[];
}

/** A component; `settled` where every object in it is (see isSettled) and nothing in it is loose. */
export interface AssembledComponent extends ParsedComponent {
  readonly settled?: boolean;
}

/** `others` are relations of the database in the schemas of the search_path: an earlier one hides a later one. */
export function assemble(
  components: readonly AssembledComponent[],
  searchPath: readonly string[],
  types: TypeNames,
  others: readonly NamedRelation[] = [],
): Assembled {
  const objects = new Map<string, DeclaredObject>();
  const problems: Problem[] = [];
  const taken = new Map<string, DeclaredObject>();
  const suspects: DeclaredObject[] = [];
  const present = new Set(others.map((one) => JSON.stringify([one.schema, one.name])));
  for (const component of components) {
    for (const { identity } of component.objects) {
      if (isRelation(identity)) present.add(JSON.stringify([identity.schema, identity.name]));
    }
  }
  const exists = (schema: string, relation: string) => present.has(JSON.stringify([schema, relation]));
  for (const component of components) {
    for (const declared of component.objects) {
      const { settled } = component;
      const object = settled ? declared : settleNames(declared, types, searchPath, exists);
      const place = namespaceKey(object);
      const other = taken.get(place);
      if (other === undefined) {
        objects.set(identityKey(object.identity), object);
        taken.set(place, object);
        if (!settled && namesItself(object)) suspects.push(object);
      } else problems.push(...duplicateProblems(object, other));
    }
  }
  problems.push(...selfReferences(suspects, objects, others, searchPath));
  const loose = components.flatMap((component) => component.loose);
  if (loose.length > 0) problems.push(...attachLoose(objects, loose, searchPath));
  return { desired: lazyGraph(objects, searchPath, others), problems };
}

/** Views and materialized views share one namespace, functions, procedures and aggregates another. */
function namespaceKey(object: DeclaredObject): string {
  const { identity } = object;
  if (isRoutine(identity)) return identityKey({ ...identity, kind: "function" });
  return isChild(identity) ? identityKey(identity) : identityKey({ ...identity, kind: "view" });
}

/** Names are resolved when the first question is asked: a run with one body edit never asks. */
function lazyGraph(
  objects: ReadonlyMap<string, DeclaredObject>,
  searchPath: readonly string[],
  others: readonly NamedRelation[],
): Desired {
  let index: ObjectIndex | null = null;
  let graph: Desired | null = null;
  const needs = new Map<string, readonly Edge[]>();
  const resolve = (object: DeclaredObject) => {
    index ??= buildIndex([...objects.values()], others);
    return resolveReferences(object, index, searchPath);
  };
  const whole = () => {
    graph ??= desiredState(objects, [...objects.values()].flatMap(resolve));
    return graph;
  };
  return {
    objects,
    needs: (key) => {
      if (graph !== null) return graph.needs(key);
      const object = objects.get(key);
      const known = needs.get(key) ?? (object === undefined ? [] : resolve(object));
      needs.set(key, known);
      return known;
    },
    neededBy: (key) => whole().neededBy(key),
  };
}

/** Key of a written type name in TypeNames. */
function typeKey(type: TypeReference): string {
  const name = type.schema === null ? quoteIdentifier(type.name) : quoteName(type.schema, type.name);
  return type.column === undefined ? name : `${name}.${quoteIdentifier(type.column)}%TYPE`;
}

/** Names of relations that a declared text may mean instead of a declared object of a later schema. */
export function relationNames(components: readonly ParsedComponent[]): readonly string[] {
  const names = new Set<string>();
  for (const component of components) {
    for (const { identity } of component.objects) {
      if (isRelation(identity)) names.add(identity.name);
      else if (isChild(identity)) names.add(identity.relation);
    }
  }
  return [...names];
}

/** The types of arguments that only the database can place in a schema. */
export function unsettledTypes(components: readonly AssembledComponent[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const component of components) {
    if (component.settled) continue;
    for (const object of component.objects) for (const type of openTypes(object)) names.add(typeKey(type));
  }
  return names;
}

/**
 * The same names where a component declares a view of that name in an earlier schema than the database's, or where the
 * database has none yet: its row type is meant.
 */
export function withDeclaredTypes(
  types: TypeNames,
  components: readonly ParsedComponent[],
  asked: Iterable<string>,
  searchPath: readonly string[],
): TypeNames {
  const wanted = new Set(asked);
  if (wanted.size === 0) return types;
  const settled = new Map(types);
  const rank = (schema: string) =>
    searchPath.includes(schema) ? searchPath.indexOf(schema) : searchPath.length;
  for (const component of components) {
    for (const { identity } of component.objects) {
      if (
        !isRelation(identity) ||
        !wanted.has(quoteIdentifier(identity.name)) ||
        !searchPath.includes(identity.schema)
      )
        continue;
      const known = settled.get(quoteIdentifier(identity.name));
      const at = searchPath.findIndex((schema) => known === quoteName(schema, identity.name));
      if (known !== undefined && (at === -1 || at <= rank(identity.schema))) continue;
      settled.set(quoteIdentifier(identity.name), quoteName(identity.schema, identity.name));
    }
  }
  return settled;
}

/** Argument types whose name the text alone does not settle. */
export function openTypes({ parts }: DeclaredObject): readonly TypeReference[] {
  if (parts.kind !== "function" && parts.kind !== "procedure" && parts.kind !== "aggregate") return [];
  return parts.argumentTypes.filter(
    (type) => type.column !== undefined || (type.schema === null && builtinTypeName(type) === null),
  );
}

/** The object under the names that the database gives to its argument types and to the relation it stands on. */
export function settleNames(
  object: DeclaredObject,
  types: TypeNames,
  searchPath: readonly string[],
  exists: (schema: string, relation: string) => boolean,
): DeclaredObject {
  const { identity } = object;
  const settled = isRoutine(identity)
    ? settleRoutine(object, identity, types)
    : isChild(identity)
      ? settleChild(object, identity, searchPath, exists)
      : identity;
  if (settled === identity) return object;
  const attachments = object.attachments.map((one) => retargetAttachment(one, settled));
  return { ...object, identity: settled, attachments };
}

function settleRoutine(object: DeclaredObject, identity: RoutineIdentity, types: TypeNames): RoutineIdentity {
  const { parts } = object;
  const written =
    parts.kind === "function" || parts.kind === "procedure" || parts.kind === "aggregate"
      ? parts.argumentTypes
      : [];
  const settled = identity.arguments.map((name, i) => {
    const type = written[i];
    const known = type === undefined ? undefined : types.get(typeKey(type));
    return known === undefined ? name : type?.array && type.column === undefined ? `${known}[]` : known;
  });
  return settled.every((name, i) => name === identity.arguments[i])
    ? identity
    : { ...identity, arguments: settled };
}

/** True where neither the database nor another component can give the object another identity, and it has no problem of its own. */
export function isSettled(object: DeclaredObject): boolean {
  const { identity } = object;
  return (
    openTypes(object).length === 0 &&
    !(isChild(identity) && standsOnUnqualified(object, identity)) &&
    !namesItself(object)
  );
}

function standsOnUnqualified({ references }: DeclaredObject, { relation }: ChildIdentity): boolean {
  const [reference] = references;
  return reference?.kind === "relation" && reference.schema === null && reference.name === relation;
}

/** An unqualified relation is that of the first schema on the search_path that has one. */
function settleChild(
  object: DeclaredObject,
  identity: ChildIdentity,
  searchPath: readonly string[],
  exists: (schema: string, relation: string) => boolean,
): ChildIdentity {
  if (!standsOnUnqualified(object, identity)) return identity;
  const schema = searchPath.find((one) => exists(one, identity.relation));
  return schema === undefined || schema === identity.schema ? identity : { ...identity, schema };
}

function duplicateProblems(second: DeclaredObject, first: DeclaredObject): readonly Problem[] {
  const [name, other] = [describeIdentity(second.identity), describeIdentity(first.identity)];
  return [
    {
      code: "duplicate-object",
      message:
        name === other
          ? `${name} is declared twice: in ${first.component} and in ${second.component}`
          : `${name} and ${other} cannot both exist: they are declared in ${second.component} and in ${first.component}`,
      component: second.component,
      offset: second.offset,
      fix: "keep one of the two",
    },
    {
      code: "duplicate-object",
      message: `${other} is declared here first`,
      component: first.component,
      offset: first.offset,
      fix: "keep one of the two",
    },
  ];
}

/** A relation of its own name stands in the text: its own, one of another schema, or a CTE's. */
function namesItself({ identity, references }: DeclaredObject): boolean {
  return (
    isRelation(identity) && references.some((one) => one.kind === "relation" && one.name === identity.name)
  );
}

/** PostgreSQL accepts CREATE OR REPLACE VIEW with a view that reads itself, and fails when it is read (42P17). */
function selfReferences(
  suspects: readonly DeclaredObject[],
  objects: ReadonlyMap<string, DeclaredObject>,
  others: readonly NamedRelation[],
  searchPath: readonly string[],
): readonly Problem[] {
  if (suspects.length === 0) return [];
  const relations = [...objects.values()].filter(({ identity }) => isRelation(identity));
  const index = buildIndex(relations, others);
  return suspects.flatMap((object) =>
    resolveReferences(object, index, searchPath)
      .filter((edge) => edge.to === edge.from)
      .map(
        (edge): Problem => ({
          code: "dependency-cycle",
          message: `${describeIdentity(object.identity)} reads itself`,
          component: object.component,
          offset: edge.offset,
          fix: "use WITH RECURSIVE, or name the relation that is meant with its schema",
        }),
      ),
  );
}

function attachLoose(
  objects: Map<string, DeclaredObject>,
  loose: readonly { readonly target: LooseTarget; readonly attachment: Attachment }[],
  searchPath: readonly string[],
): readonly Problem[] {
  const problems: Problem[] = [];
  const byName = new Map<string, string[]>();
  for (const [key, object] of objects) {
    const list = byName.get(object.identity.name);
    if (list === undefined) byName.set(object.identity.name, [key]);
    else list.push(key);
  }
  for (const { target, attachment } of loose) {
    const key = findTarget(objects, byName.get(target.name) ?? [], target, searchPath);
    const object = key === undefined ? undefined : objects.get(key);
    if (key === undefined || object === undefined) {
      problems.push({
        code: "foreign-attachment",
        message: `no component declares ${target.kinds[0] ?? "an object"} ${target.schema === null ? "" : `${target.schema}.`}${target.name}`,
        component: attachment.component,
        offset: attachment.offset,
        fix: "a statement about a table or another object that no component declares belongs in a migration",
      });
    } else
      objects.set(key, {
        ...object,
        attachments: [...object.attachments, retargetAttachment(attachment, object.identity)],
      });
  }
  return problems;
}

function findTarget(
  objects: ReadonlyMap<string, DeclaredObject>,
  candidates: readonly string[],
  target: LooseTarget,
  searchPath: readonly string[],
): string | undefined {
  for (const schema of target.schema === null ? searchPath : [target.schema]) {
    const fitting = candidates.filter((key) => {
      const identity = objects.get(key)?.identity;
      if (identity === undefined || identity.schema !== schema || !target.kinds.includes(identity.kind))
        return false;
      if (isChild(identity)) return target.relation === null || identity.relation === target.relation;
      if (!isRoutine(identity) || target.arguments === null) return true;
      const written = target.arguments;
      return (
        identity.arguments.length === written.length &&
        identity.arguments.every((name, i) => sameType(name, written[i]))
      );
    });
    if (fitting.length > 0) return fitting[0];
  }
  return undefined;
}

function sameType(settled: string, written: TypeReference | undefined): boolean {
  if (written === undefined) return false;
  const name = builtinTypeName(written) ?? typeKey(written) + (written.array ? "[]" : "");
  return settled === name || settled.endsWith(`.${name}`);
}
