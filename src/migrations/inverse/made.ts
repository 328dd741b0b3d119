/**
 * What the script itself makes: what hangs on such an object needs no undo of its own, and what the script makes and drops again
 * needs none at all.
 */
import type { Node } from "@pgsql/types";
import { createdBy } from "./created.ts";
import { relationParts, renamed } from "./names.ts";
import { type ObjectReference, objectReference } from "./object-reference.ts";
import { settingOf } from "./setting.ts";
import { droppedKey, isUnqualified, objectKey, type Subjects, subjectsOf } from "./subject.ts";

interface Made {
  /** The statement that made it, and those that renamed it. */
  readonly statements: readonly number[];
  readonly isRole: boolean;
}

/** The numbers of the statements that need no undo. */
export function needlessUndos(
  statements: readonly { readonly node: Node; readonly text: string }[],
): ReadonlySet<number> {
  const made = new Map<string, Made>();
  const needless = new Set<number>();
  for (const [index, { node, text }] of statements.entries()) {
    if (settingOf(node, text) !== null) {
      // The same name may mean another object from here on.
      for (const known of [...made.keys()]) if (isUnqualified(known)) made.delete(known);
      continue;
    }
    if ("DropStmt" in node) {
      const makers = droppedAgain(node, made);
      if (makers === null) continue;
      needless.add(index);
      for (const maker of makers) needless.add(maker);
      continue;
    }
    const subjects = subjectsOf(node);
    const hangs = subjects !== null && goesWith(subjects, made);
    if (hangs) needless.add(index);
    followRename(node, index, made);
    const created = createdBy(node);
    if (created === null || created.ifNotExists || (created.orReplace && !hangs)) continue;
    // A part of what is made is dropped with it.
    if (!made.has(objectKey(created.reference))) {
      made.set(objectKey(created.reference), {
        statements: hangs ? [] : [index],
        isRole: created.reference.type === "OBJECT_ROLE",
      });
    }
  }
  return needless;
}

/** All are made here, and nothing that they may need now was made after them: it would go first and be held. */
function goesWith({ keys, needs }: Subjects, made: ReadonlyMap<string, Made>): boolean {
  return keys.every((key) => {
    const own = made.get(key);
    if (own === undefined) return false;
    const since = own.statements[0] ?? 0;
    return [...made.values()].every(
      ({ statements, isRole }) =>
        (statements[0] ?? -1) <= since || needs === "nothing" || (needs === "roles" && !isRole),
    );
  });
}

/** The statements that made what is dropped; null where some of it was there before. */
function droppedAgain(
  { DropStmt: { objects = [], removeType, behavior } }: Extract<Node, { DropStmt: unknown }>,
  made: Map<string, Made>,
): readonly number[] | null {
  const references = objects.map((object) => objectReference(removeType, object));
  const keys = references.flatMap((one) => (one === null ? [] : [one]));
  if (keys.length < references.length || behavior === "DROP_CASCADE") return null;
  // A part that has no statement of its own (or one that goes with what carries it) is dropped with it in the end.
  if (!keys.every((one) => made.has(objectKey(one)) || made.has(droppedKey(one)))) return null;
  return keys.flatMap((reference) => {
    const makers = made.get(objectKey(reference))?.statements ?? [];
    made.delete(objectKey(reference));
    return makers;
  });
}

function followRename(node: Node, index: number, made: Map<string, Made>): void {
  if ("AlterObjectSchemaStmt" in node) {
    const { objectType, relation, object, newschema = "" } = node.AlterObjectSchemaStmt;
    const reference = objectReference(objectType, relation === undefined ? object : { RangeVar: relation });
    if (reference !== null) move(reference, [newschema, reference.parts.at(-1) ?? ""], index, made);
  }
  if (!("RenameStmt" in node)) return;
  const { renameType, relation, object, subname, newname = "" } = node.RenameStmt;
  if (renameType === "OBJECT_SCHEMA") {
    made.clear();
    return;
  }
  if (subname !== undefined && renameType !== "OBJECT_ROLE") return;
  const reference = objectReference(
    renameType,
    subname !== undefined
      ? { String: { sval: subname } }
      : relation === undefined
        ? object
        : { List: { items: relationParts(relation).map((sval) => ({ String: { sval } })) } },
  );
  if (reference !== null) move(reference, renamed(reference.parts, newname), index, made);
}

function move(
  reference: ObjectReference,
  parts: readonly string[],
  index: number,
  made: Map<string, Made>,
): void {
  const known = made.get(objectKey(reference));
  if (known === undefined) return;
  made.delete(objectKey(reference));
  made.set(objectKey({ ...reference, parts }), { ...known, statements: [...known.statements, index] });
}
