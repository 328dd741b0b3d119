/** Joins the parsed components into the desired state: one index of objects, their attachments and their needs. */
import type { Attachment, DeclaredObject, LooseTarget, ParsedComponent } from "../../graph/declared.ts";
import { type Desired, desiredState } from "../../graph/desired.ts";
import type { Edge } from "../../graph/edge.ts";
import { describeIdentity, identityKey, isChild, isRoutine } from "../../graph/identity.ts";
import { quoteName } from "../../graph/quote.ts";
import type { TypeReference } from "../../graph/reference.ts";
import type { Problem } from "../../graph/step.ts";
import { buildIndex } from "../../graph/syntax/object-index.ts";
import { resolveReferences } from "../../graph/syntax/resolve.ts";
import { retargetAttachment } from "../../graph/syntax/retarget.ts";
import { builtinTypeName } from "../../graph/type-name.ts";
import type { NameMeanings } from "../database/type-names.ts";

export interface Assembled {
  readonly desired: Desired;
  readonly problems: readonly Problem[];
}

export function assemble(
  components: readonly ParsedComponent[],
  searchPath: readonly string[],
  names: NameMeanings,
): Assembled {
  const objects = new Map<string, DeclaredObject>();
  const problems: Problem[] = [];
  const taken = new Map<string, DeclaredObject>();
  for (const component of components) {
    for (const declared of component.objects) {
      const object = settleTypes(declared, names);
      const key = identityKey(object.identity);
      const other = taken.get(namespaceKey(object));
      if (other === undefined) {
        objects.set(key, object);
        taken.set(namespaceKey(object), object);
      } else problems.push(...duplicateProblems(object, other));
      problems.push(...selfReferences(object, searchPath));
    }
  }
  const loose = components.flatMap((component) => component.loose);
  if (loose.length > 0) problems.push(...attachLoose(objects, loose, searchPath));
  return { desired: lazyGraph(objects, searchPath, names.relations), problems };
}

/** Views and materialized views share one namespace, functions, procedures and aggregates another. */
function namespaceKey(object: DeclaredObject): string {
  const { identity } = object;
  if (isRoutine(identity)) return identityKey({ ...identity, kind: "function" });
  return isChild(identity) ? identityKey(identity) : identityKey({ ...identity, kind: "view" });
}

/** Names are resolved when the first question is asked: a run with one body edit never asks. */
function lazyGraph(objects: ReadonlyMap<string, DeclaredObject>, searchPath: readonly string[]): Desired {
  let graph: Desired | null = null;
  const resolved = () => {
    if (graph === null) {
      const index = buildIndex([...objects.values()]);
      const edges: Edge[] = [];
      for (const object of objects.values()) edges.push(...resolveReferences(object, index, searchPath));
      graph = desiredState(objects, edges);
    }
    return graph;
  };
  return { objects, needs: (key) => resolved().needs(key), neededBy: (key) => resolved().neededBy(key) };
}

/** Key of a written type name in TypeNames. */
export function typeKey(type: TypeReference): string {
  return type.schema === null ? quoteName("", type.name).slice(3) : quoteName(type.schema, type.name);
}

/** The types of arguments that only the database can place in a schema. */
export function unsettledTypes(components: readonly ParsedComponent[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const component of components) {
    for (const object of component.objects) {
      const { parts } = object;
      if (parts.kind !== "function" && parts.kind !== "procedure" && parts.kind !== "aggregate") continue;
      for (const type of parts.argumentTypes) {
        if (type.column === undefined && (type.schema !== null || builtinTypeName(type) !== null)) continue;
        names.set(typeKey(type), {
          key: typeKey(type),
          name: relationOrType(type),
          column: type.column ?? null,
        });
      }
    }
  }
  return [...names.values()];
}

/** The object with its arguments' types as the database prints them. */
export function settleTypes(object: DeclaredObject, _names: NameMeanings): DeclaredObject {
  const { identity, parts } = object;
  if (!isRoutine(identity)) return object;
  if (parts.kind !== "function" && parts.kind !== "procedure" && parts.kind !== "aggregate") return object;
  const settled = identity.arguments.map((name, i) => {
    const type = parts.argumentTypes[i];
    const known = type === undefined || type.schema !== null ? undefined : types.get(typeKey(type));
    return known === undefined ? name : type?.array ? `${known}[]` : known;
  });
  if (settled.every((name, i) => name === identity.arguments[i])) return object;
  const now = { ...identity, arguments: settled };
  return {
    ...object,
    identity: now,
    attachments: object.attachments.map((one) => retargetAttachment(one, now)),
  };
}

function duplicateProblems(second: DeclaredObject, first: DeclaredObject): readonly Problem[] {
  const name = describeIdentity(second.identity);
  return [
    {
      code: "duplicate-object",
      message: `${name} is declared twice: in ${first.component} and in ${second.component}`,
      component: second.component,
      offset: second.offset,
      fix: "keep one of the two",
    },
    {
      code: "duplicate-object",
      message: `${name} is declared here first`,
      component: first.component,
      offset: first.offset,
    },
  ];
}

/** PostgreSQL accepts CREATE OR REPLACE VIEW with a view that reads itself, and fails when it is read (42P17). */
function selfReferences(object: DeclaredObject, searchPath: readonly string[]): readonly Problem[] {
  const { identity } = object;
  if (identity.kind !== "view" && identity.kind !== "materialized view") return [];
  return object.references
    .filter(
      (reference) =>
        reference.kind === "relation" &&
        reference.name === identity.name &&
        (reference.schema ?? searchPath[0]) === identity.schema,
    )
    .slice(0, 1)
    .map((reference) => ({
      code: "dependency-cycle",
      message: `${describeIdentity(identity)} reads itself`,
      component: object.component,
      offset: reference.offset,
      fix: "use WITH RECURSIVE, or name the relation that is meant with its schema",
    }));
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
