/** Objects in a value's own schema under names that are the same for all values: the schema is left out. */
import { isBystander, type Subject } from "../../../graph/bystander.ts";
import type { DeclaredObject } from "../../../graph/declared.ts";
import { type Identity, identityKey, isRoutine } from "../../../graph/identity.ts";
import { quoteIdentifier } from "../../../graph/quote.ts";
import type { MatrixScope } from "../../tenants/scope.ts";
import { openTypes } from "../assemble.ts";
import type { OwnName } from "./own-names.ts";

/** A value's own schema, and what its files declare in it. */
export interface ValueObjects extends Pick<MatrixScope, "matrix" | "key"> {
  readonly schema: string;
  readonly names: readonly OwnName[];
  /** By the key of the object without its schema. */
  readonly objects: ReadonlyMap<string, DeclaredObject>;
}

/** Null where it is not in the schema, or where types of the schema are a part of its name. */
export function ownObject(subject: Subject, schema: string): Identity | null {
  if (isBystander(subject) || subject.schema !== schema) return null;
  if (isRoutine(subject) && subject.arguments.some((type) => namesSchema(type, schema))) return null;
  return { ...subject, schema: "" };
}

/** By key. Without those of which the text alone does not say which object it is. */
export function objectsOf(
  objects: Iterable<DeclaredObject>,
  schema: string,
): ReadonlyMap<string, DeclaredObject> {
  const own = new Map<string, DeclaredObject>();
  for (const object of objects) {
    const identity = ownObject(object.identity, schema);
    if (identity !== null && openTypes(object).length === 0) own.set(identityKey(identity), object);
  }
  return own;
}

/** Written in any way. */
export function namesSchema(text: string, schema: string): boolean {
  const folded = text.toLowerCase();
  return [schema, quoteIdentifier(schema), JSON.stringify(schema).slice(1, -1)].some((name) =>
    folded.includes(name.toLowerCase()),
  );
}
