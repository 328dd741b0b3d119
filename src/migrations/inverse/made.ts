/**
 * What the script itself makes: what hangs on such an object needs no undo of its own, and what the script makes and drops again
 * needs none at all.
 */
import type { Node } from "@pgsql/types";
import { createdBy } from "./created.ts";
import { relationParts, renamed } from "./names.ts";
import { tagOf } from "./node.ts";
import { type ObjectReference, objectReference } from "./object-reference.ts";
import { settingOf } from "./setting.ts";
import { droppedKey, isUnqualified, objectKey, type Subjects, subjectsOf } from "./subject.ts";

interface Made {
  /** The statement that made it. */
  readonly since: number;
  /** That one, where it does not go with something else, and those that renamed it. */
  readonly statements: readonly number[];
  /** All the keys that it had, and its names, the last part alone. */
  readonly keys: readonly string[];
  readonly names: readonly string[];
  readonly isRole: boolean;
}

interface Statement {
  readonly node: Node;
  readonly text: string;
}

/** The statements read so far, and what is known of them. */
interface Reading {
  readonly statements: readonly Statement[];
  readonly subjects: (Subjects | null)[];
  readonly made: Map<string, Made>;
  readonly needless: Set<number>;
}

/** The numbers of the statements that need no undo. */
export function needlessUndos(statements: readonly Statement[]): ReadonlySet<number> {
  const reading: Reading = { statements, subjects: [], made: new Map(), needless: new Set() };
  const { made, needless } = reading;
  for (const [index, { node, text }] of statements.entries()) {
    const subjects = subjectsOf(node);
    reading.subjects.push(subjects);
    if (settingOf(node, text) !== null) {
      // The same name may mean another object from here on.
      for (const known of [...made.keys()]) if (isUnqualified(known)) made.delete(known);
      continue;
    }
    if ("DropStmt" in node) {
      for (const one of droppedAgain(node, index, reading)) needless.add(one);
      continue;
    }
    const hangs = subjects !== null && goesWith(subjects, index, reading);
    if (hangs) needless.add(index);
    followRename(node, index, made);
    const created = createdBy(node);
    if (created === null || created.ifNotExists || (created.orReplace && !hangs)) continue;
    const { reference } = created;
    if (made.has(objectKey(reference))) continue;
    made.set(objectKey(reference), {
      since: index,
      statements: hangs ? [] : [index],
      keys: [objectKey(reference)],
      names: [reference.parts.at(-1) ?? ""],
      isRole: reference.type === "OBJECT_ROLE",
    });
  }
  return needless;
}

/**
 * All are made here. Where the statement makes them need something, nothing that they may need was made or changed since they were
 * made themselves: what undoes that comes before their own end, and would be held by them.
 */
function goesWith({ keys, needs }: Subjects, index: number, reading: Reading): boolean {
  return keys.every((key) => {
    const own = reading.made.get(key);
    if (own === undefined) return false;
    if (needs === "nothing") return true;
    if (needs === "roles") {
      return ![...reading.made.values()].some(({ since, isRole }) => isRole && since > own.since);
    }
    const between = reading.statements.slice(own.since + 1, index);
    return between.every(({ node }, i) => isQuiet(node, own, own.since + 1 + i, reading));
  });
}

/** Whether what undoes it drops and changes nothing that the object may need. */
function isQuiet(node: Node, own: Made, number: number, { needless, subjects }: Reading): boolean {
  return needless.has(number) || isAbout(subjects[number], own.keys) || quiet.test(tagOf(node));
}

const quiet = /^(Comment|SecLabel|Grant|Insert|Update|Delete|Merge|Copy)Stmt$/;

/** Whether a statement since the object was made names it and is about something else too. */
function isRead(
  { since, statements, names }: Made,
  keys: readonly string[],
  index: number,
  reading: Reading,
): boolean {
  return reading.statements.slice(since + 1, index).some(({ text }, i) => {
    const number = since + 1 + i;
    if (reading.needless.has(number) || statements.includes(number)) return false;
    if (isAbout(reading.subjects[number], keys)) return false;
    return names.some((name) => text.toLowerCase().includes(name.toLowerCase()));
  });
}

function isAbout(subjects: Subjects | null | undefined, keys: readonly string[]): boolean {
  return subjects?.keys.every((key) => keys.includes(key)) ?? false;
}

/** This statement, and those that made what it drops and were about it; none where some of it was there before, or was read since. */
function droppedAgain(
  { DropStmt: { objects = [], removeType, behavior } }: Extract<Node, { DropStmt: unknown }>,
  index: number,
  reading: Reading,
): readonly number[] {
  const { made, subjects } = reading;
  const references = objects.map((object) => objectReference(removeType, object));
  const known = references.flatMap((one) => (one === null ? [] : [one]));
  if (known.length < references.length || behavior === "DROP_CASCADE") return [];
  const keys = known.flatMap((one) => made.get(objectKey(one))?.keys ?? [objectKey(one)]);
  const makers: number[] = [];
  for (const reference of known) {
    const own = made.get(objectKey(reference));
    // A part that goes with what carries it has no statement of its own here.
    const carrier = made.get(droppedKey(reference));
    const name = reference.parts.at(-1) ?? "";
    const subject = own ?? (carrier === undefined ? undefined : { ...carrier, names: [name] });
    if (subject === undefined || isRead(subject, keys, index, reading)) return [];
    makers.push(...(own?.statements ?? []));
  }
  for (const one of known) made.delete(objectKey(one));
  const about = subjects.flatMap((one, number) => (isAbout(one, keys) ? [number] : []));
  return [index, ...makers, ...about];
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
  made.set(objectKey({ ...reference, parts }), {
    ...known,
    statements: [...known.statements, index],
    keys: [...known.keys, objectKey({ ...reference, parts })],
    names: [...known.names, parts.at(-1) ?? ""],
  });
}
