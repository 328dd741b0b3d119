/** Attachments speak of an object by name: this writes that name, anew when the object becomes known for certain. */
import type { Attachment, LooseTarget, NameSpan } from "../declared.ts";
import { type Identity, isChild, qualifiedName } from "../identity.ts";
import { quoteIdentifier, quoteName } from "../quote.ts";
import { argumentTypeName } from "../type-name.ts";

/** The two forms in which an attachment's statement names its object. */
export interface TargetName {
  /** For a trigger, rule or policy: its relation. */
  readonly object: string;
  readonly schema: string;
}

export function targetName(identity: Identity): TargetName {
  const object = isChild(identity) ? quoteName(identity.schema, identity.relation) : qualifiedName(identity);
  return { object, schema: quoteIdentifier(identity.schema) };
}

/** The same for an object of another component: `defaultSchema` stands in where the text names no schema. */
export function looseTargetName(target: LooseTarget, defaultSchema: string): TargetName {
  const schema = target.schema ?? defaultSchema;
  const name = quoteName(schema, target.relation ?? target.name);
  const types = target.arguments?.map((type) => argumentTypeName(type, defaultSchema));
  return {
    object: types === undefined ? name : `${name}(${types.join(", ")})`,
    schema: quoteIdentifier(schema),
  };
}

/** The attachment with its object's name, as `identity` has it, in `key`, `sql` and `undo`. */
export function retargetAttachment(attachment: Attachment, identity: Identity): Attachment {
  const name = targetName(identity);
  const { target } = attachment;
  return {
    ...attachment,
    key: rename(attachment.key, target.key, name),
    sql: rename(attachment.sql, target.sql, name),
    undo: attachment.undo === null ? null : rename(attachment.undo, target.undo, name),
    target: {
      key: renamed(target.key, name),
      sql: renamed(target.sql, name),
      undo: renamed(target.undo, name),
    },
  };
}

function rename(text: string, span: NameSpan | null, name: TargetName): string {
  return span === null ? text : text.slice(0, span.start) + name[span.of] + text.slice(span.end);
}

function renamed(span: NameSpan | null, name: TargetName): NameSpan | null {
  if (span === null) return null;
  return { start: span.start, end: span.start + name[span.of].length, of: span.of };
}
