/**
 * What a plan did for one value, so that it can be done for another in the same state: each statement is one that a component's file
 * gives, or one that names objects of the value's schema and nothing else of it. Null wherever a statement is neither.
 */

import type { Subject } from "../../../graph/bystander.ts";
import type { Attachment, DeclaredObject } from "../../../graph/declared.ts";
import { createStatement, replaceStatement } from "../../../graph/definition.ts";
import { type Identity, identityKey } from "../../../graph/identity.ts";
import { quoteIdentifier } from "../../../graph/quote.ts";
import type { Step } from "../../../graph/step.ts";
import { isToken, tokensOf } from "../../sql/lexer.ts";
import { fileOfComponent, scopedName } from "../../tenants/scoped-name.ts";
import { namesSchema, ownObject, type ValueObjects } from "./own-object.ts";

/** A text with places for the value's schema, quoted; or what a file says. */
export type Text =
  | { readonly kind: "around schema"; readonly pieces: readonly string[] }
  | {
      readonly kind: "declared";
      /** The key of the object without its schema. */
      readonly object: string;
      readonly says: (object: DeclaredObject) => string | undefined;
    };

export interface StepTemplate extends Omit<Step, "identity" | "sql" | "reason" | "component" | "because"> {
  /** Without its schema. */
  readonly object: Identity;
  /** The path of its component below components/, for all values; null where there is none. */
  readonly file: string | null;
  readonly reason: Text;
  /** `own`: where the cause is one of the value's own, that without its schema. */
  readonly because: { readonly subject: Subject; readonly own: Identity | null; readonly why: Text } | null;
  readonly sql: readonly Text[];
}

/** Statements whose names are quoted by the tool: beside the state that was compared they hold nothing of anybody. */
const generated = new RegExp(
  `^(${[
    "(alter|drop) (view|function|procedure|aggregate|routine)",
    "drop (trigger|rule|policy)",
    "alter table .* (enable|disable)( replica| always)? (trigger|rule)",
    "lock table",
    "grant",
    "revoke",
    "comment on",
    "security label",
    "set local lock_timeout",
  ].join("|")})\\s`,
  "is",
);

/** The tool makes it of what the file of a policy says. */
const alterPolicy = /^alter policy\s/i;

/**
 * Null where another value's statement cannot be told for certain from this one's. `declared`: a file of the value declares the object
 * that it is for.
 */
export function textTemplate(
  statement: string,
  { schema, objects }: ValueObjects,
  declared = false,
): Text | null {
  for (const [key, object] of objects) {
    for (const says of sayings(object))
      if (says(object) === statement) return { kind: "declared", object: key, says };
  }
  const sure = generated.test(statement) || (declared && alterPolicy.test(statement));
  return sure ? aroundSchema(statement, schema) : null;
}

/** What a file's object gives to statements, each as a question to the same object of another value. */
function sayings(object: DeclaredObject): readonly ((of: DeclaredObject) => string | undefined)[] {
  const attachments = object.attachments.flatMap((_, index) => {
    const one = (of: DeclaredObject): Attachment | undefined => of.attachments[index];
    return [(of: DeclaredObject) => one(of)?.sql, (of: DeclaredObject) => one(of)?.undo ?? undefined];
  });
  return [(of) => createStatement(of), (of) => replaceStatement(of), ...attachments];
}

/** The text where the schema stands before a point, and nowhere else in it. */
function aroundSchema(statement: string, schema: string): Text | null {
  const quoted = quoteIdentifier(schema);
  const pieces: string[] = [];
  let from = 0;
  const tokens = tokensOf(statement, 0, statement.length);
  for (const [i, token] of tokens.entries()) {
    if (statement.slice(token.start, token.end) !== quoted) continue;
    if (token.kind !== "word" && token.kind !== "quoted identifier") return null;
    if (isToken(statement, tokens[i - 1], ".") || !isToken(statement, tokens[i + 1], ".")) return null;
    pieces.push(statement.slice(from, token.start));
    from = token.end;
  }
  pieces.push(statement.slice(from));
  return pieces.some((piece) => namesSchema(piece, schema)) ? null : { kind: "around schema", pieces };
}

/** What a person reads: the schema stands in names alone, as those are quoted. */
function reasonTemplate(reason: string, schema: string): Text | null {
  const pieces = reason.split(`${quoteIdentifier(schema)}.`);
  if (pieces.some((piece) => namesSchema(piece, schema))) return null;
  return { kind: "around schema", pieces: pieces.map((piece, i) => (i === 0 ? piece : `.${piece}`)) };
}

export function stepTemplate(step: Step, value: ValueObjects): StepTemplate | null {
  const { identity, sql, reason, component, because, ...rest } = step;
  const object = ownObject(identity, value.schema);
  if (object === null) return null;
  const said = reasonTemplate(reason, value.schema);
  const file = component === null ? null : fileOfComponent(component);
  if (file !== null && scopedName(file, value.matrix, value.key) !== component) return null;
  const declared = value.objects.get(identityKey(object))?.component === component;
  const texts = sql.map((statement) => textTemplate(statement, value, declared));
  if (said === null || texts.includes(null)) return null;
  const cause = because === undefined ? null : causeTemplate(because, value.schema);
  if (cause === undefined) return null;
  return {
    ...rest,
    object,
    file,
    reason: said,
    because: cause,
    sql: texts.filter((text) => text !== null),
  };
}

/** Throws where the value has not what the template's had; the caller asked before. */
export function fillText(text: Text, { schema, objects }: ValueObjects): string {
  if (text.kind === "around schema") return text.pieces.join(quoteIdentifier(schema));
  const object = objects.get(text.object);
  const said = object === undefined ? undefined : text.says(object);
  if (said === undefined) throw new Error(`the value has no ${text.object}, or it says less of it`);
  return said;
}

export function fillStep(
  { object, file, reason, because, sql, ...rest }: StepTemplate,
  value: ValueObjects,
): Step {
  return {
    ...rest,
    identity: { ...object, schema: value.schema },
    component: file === null ? null : scopedName(file, value.matrix, value.key),
    reason: fillText(reason, value),
    ...(because === null ? {} : { because: fillCause(because, value) }),
    sql: sql.map((text) => fillText(text, value)),
  };
}

/** Undefined where another value's cannot be told. */
function causeTemplate(
  { subject, why }: NonNullable<Step["because"]>,
  schema: string,
): NonNullable<StepTemplate["because"]> | undefined {
  const said = reasonTemplate(why, schema);
  if (said === null) return undefined;
  if (!("schema" in subject) || subject.schema !== schema) return { subject, own: null, why: said };
  const own = ownObject(subject, schema);
  return own === null ? undefined : { subject, own, why: said };
}

function fillCause(
  { subject, own, why }: NonNullable<StepTemplate["because"]>,
  value: ValueObjects,
): NonNullable<Step["because"]> {
  return { subject: own === null ? subject : { ...own, schema: value.schema }, why: fillText(why, value) };
}
