/**
 * What a plan did for one value, so that it can be done for another in the same state: each statement is one that a component's file
 * gives, or one that names views of the value's schema and nothing else of it. Null wherever a statement is neither.
 */

import type { Subject } from "../../../graph/bystander.ts";
import type { Attachment, DeclaredObject } from "../../../graph/declared.ts";
import { createStatement, replaceStatement } from "../../../graph/definition.ts";
import { quoteIdentifier } from "../../../graph/quote.ts";
import type { Step } from "../../../graph/step.ts";
import { isToken, tokensOf } from "../../sql/lexer.ts";

/** A value's own schema, and what its files declare in it. */
export interface ValueObjects {
  readonly schema: string;
  /** By the name of the view. */
  readonly views: ReadonlyMap<string, DeclaredObject>;
}

/** A text with places for the value's schema, quoted; or what a file says. */
export type Text =
  | { readonly kind: "around schema"; readonly pieces: readonly string[] }
  | {
      readonly kind: "declared";
      readonly view: string;
      readonly says: (object: DeclaredObject) => string | undefined;
    };

export interface StepTemplate extends Omit<Step, "identity" | "sql" | "reason" | "component" | "because"> {
  readonly view: string;
  /** True where its component declares it. */
  readonly declared: boolean;
  readonly component: string | null;
  readonly reason: Text;
  /** `view`: where the cause is one of the value's own. */
  readonly because: { readonly subject: Subject; readonly view: string | null; readonly why: Text } | null;
  readonly sql: readonly Text[];
}

/** Statements whose names are quoted by the tool: they hold no expression of anybody. */
const generated = /^(alter view|drop view|grant|revoke|comment on|security label|set local lock_timeout)\s/i;

/** Null where another value's statement cannot be told for certain from this one's. */
export function textTemplate(statement: string, { schema, views }: ValueObjects): Text | null {
  for (const [view, object] of views) {
    for (const says of sayings(object))
      if (says(object) === statement) return { kind: "declared", view, says };
  }
  return generated.test(statement) ? aroundSchema(statement, schema) : null;
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

/** Written in any way. */
export function namesSchema(text: string, schema: string): boolean {
  const folded = text.toLowerCase();
  return [schema, quoteIdentifier(schema), JSON.stringify(schema).slice(1, -1)].some((name) =>
    folded.includes(name.toLowerCase()),
  );
}

export function stepTemplate(step: Step, value: ValueObjects): StepTemplate | null {
  const { identity, sql, reason, component, because, ...rest } = step;
  if (identity.kind !== "view" || identity.schema !== value.schema) return null;
  const said = reasonTemplate(reason, value.schema);
  const texts = sql.map((statement) => textTemplate(statement, value));
  if (said === null || texts.includes(null)) return null;
  const cause = because === undefined ? null : causeTemplate(because, value.schema);
  if (cause === undefined) return null;
  const declared = value.views.get(identity.name)?.component === component;
  if (!declared && component !== null) return null;
  return {
    ...rest,
    view: identity.name,
    declared,
    component: null,
    reason: said,
    because: cause,
    sql: texts.filter((text) => text !== null),
  };
}

/** Throws where the value has not what the template's had; the caller asked before. */
export function fillText(text: Text, { schema, views }: ValueObjects): string {
  if (text.kind === "around schema") return text.pieces.join(quoteIdentifier(schema));
  const object = views.get(text.view);
  const said = object === undefined ? undefined : text.says(object);
  if (said === undefined) throw new Error(`the value has no ${text.view}, or it says less of it`);
  return said;
}

export function fillStep(
  { view, declared, component, reason, because, sql, ...rest }: StepTemplate,
  value: ValueObjects,
): Step {
  const object = value.views.get(view);
  return {
    ...rest,
    identity: { kind: "view", schema: value.schema, name: view },
    component: declared ? (object?.component ?? null) : component,
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
  if (!("schema" in subject) || subject.schema !== schema) return { subject, view: null, why: said };
  return subject.kind === "view" ? { subject, view: subject.name, why: said } : undefined;
}

function fillCause(
  { subject, view, why }: NonNullable<StepTemplate["because"]>,
  value: ValueObjects,
): NonNullable<Step["because"]> {
  const own = view === null ? subject : ({ kind: "view", schema: value.schema, name: view } as const);
  return { subject: own, why: fillText(why, value) };
}

/** By name. Null where anything else is declared under the same key as a view. */
export function viewsOf(
  objects: Iterable<DeclaredObject>,
  schema: string,
): ReadonlyMap<string, DeclaredObject> {
  const views = new Map<string, DeclaredObject>();
  for (const object of objects) {
    const { identity } = object;
    if (identity.kind === "view" && identity.schema === schema) views.set(identity.name, object);
  }
  return views;
}
