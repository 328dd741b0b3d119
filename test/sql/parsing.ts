/** Short ways to parse components and read the outcome in tests. */
import type { Attachment, DeclaredObject, ParsedComponent } from "../../graph/declared.ts";
import { describeIdentity } from "../../graph/identity.ts";
import type { Reference } from "../../graph/reference.ts";
import { buildIndex } from "../../graph/syntax/object-index.ts";
import { resolveReferences } from "../../graph/syntax/resolve.ts";
import { parseComponent } from "../../src/sql/parse-component.ts";

export const searchPath: readonly string[] = ["app", "public"];

/** Parses a text that must have no mistakes. */
export function parsed(text: string, component = "c.sql"): ParsedComponent {
  const { parsed: result, mistakes } = parseComponent(component, text, { searchPath });
  if (mistakes.length > 0) throw new Error(mistakes.map(({ message }) => message).join("; "));
  return result;
}

/** The only object of a text. */
export function object(text: string): DeclaredObject {
  const [only, ...others] = parsed(text).objects;
  if (only === undefined || others.length > 0) throw new Error(`not one object: ${text}`);
  return only;
}

export function attachments(text: string): readonly Attachment[] {
  return parsed(text).objects.flatMap((one) => one.attachments);
}

/** `key: sql / undo` of each attachment. */
export function attachmentLines(text: string): readonly string[] {
  return attachments(text).map(({ key, sql, undo }) => `${key}: ${sql} / ${undo}`);
}

/** Each reference as `kind name strength`; attributes are left out. */
export function references(text: string): readonly string[] {
  return parsed(text).objects.flatMap((one) => one.references.flatMap(describeReference));
}

function describeReference(reference: Reference): readonly string[] {
  if (reference.kind === "attributes") return [];
  const { schema, name } = reference.kind === "type" ? reference.type : reference;
  return [`${reference.kind} ${schema === null ? "" : `${schema}.`}${name} ${reference.strength}`];
}

/** The edges of a project, `from > to strength`, with the objects as PostgreSQL prints them. */
export function edges(
  texts: readonly string[],
  others: readonly { readonly schema: string; readonly name: string }[] = [],
): readonly string[] {
  const objects = texts.flatMap((text, i) => parsed(text, `${i}.sql`).objects);
  const index = buildIndex(objects, others);
  const names = new Map(objects.map((one) => [index.keys.get(one), describeIdentity(one.identity)]));
  return objects.flatMap((one) =>
    resolveReferences(one, index, searchPath).map(
      ({ from, to, strength }) => `${names.get(from)} > ${names.get(to)} ${strength}`,
    ),
  );
}
