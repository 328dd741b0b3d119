/**
 * What a plan did for one value, so that it can be done for another in the same state: each statement is one that a component's file
 * gives, or one that names objects of the value's schema and nothing else of it. Null wherever a statement is neither.
 */
import type { Subject } from "../../../graph/bystander.ts";
import type { Attachment, DeclaredObject, Span } from "../../../graph/declared.ts";
import { createStatement, replaceStatement } from "../../../graph/definition.ts";
import { type Identity, identityKey } from "../../../graph/identity.ts";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import type { Step } from "../../../graph/step.ts";
import { isToken, tokensOf } from "../../sql/lexer.ts";
import { fileOfComponent, scopedName } from "../../tenants/scoped-name.ts";
import { type OwnName, speaksOf } from "./own-names.ts";
import { namesSchema, ownObject, type ValueObjects } from "./own-object.ts";

interface Hole {
  /** As in `OwnName`. */
  readonly variable: string;
  /** Bare: for people. */
  readonly as: "identifier" | "constant" | "bare";
}

/** A text with places for the value's names; or what a file says. */
export type Text =
  | {
      readonly kind: "around names";
      readonly pieces: readonly string[];
      /** What stands between two pieces. */
      readonly holes: readonly Hole[];
    }
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

/** What stands before the name of a role, or a list of them, in one of these. */
const beforeRoles = ["to", "from", "by"];

/** The tool makes it of what the file of a policy says. */
const alterPolicy = /^alter policy\s/i;

/**
 * Null where another value's statement cannot be told for certain from this one's. `declared`: a file of the value declares the object
 * that it is for.
 */
export function textTemplate(statement: string, value: ValueObjects, declared = false): Text | null {
  for (const [key, object] of value.objects) {
    for (const says of sayings(object))
      if (says(object) === statement) return { kind: "declared", object: key, says };
  }
  const whole = declared && alterPolicy.test(statement);
  return whole || generated.test(statement) ? aroundNames(statement, value, whole) : null;
}

/** What a file's object gives to statements, each as a question to the same object of another value. */
function sayings(object: DeclaredObject): readonly ((of: DeclaredObject) => string | undefined)[] {
  const attachments = object.attachments.flatMap((_, index) => {
    const one = (of: DeclaredObject): Attachment | undefined => of.attachments[index];
    return [(of: DeclaredObject) => one(of)?.sql, (of: DeclaredObject) => one(of)?.undo ?? undefined];
  });
  return [(of) => createStatement(of), (of) => replaceStatement(of), ...attachments];
}

/**
 * The text where the schema stands before a point, and other names where roles do. The schema stands nowhere else in it; elsewhere a
 * name is what it happens to be for all values. `whole`: the text is made of the value's file, where no name is anything else.
 */
function aroundNames(statement: string, { schema, names }: ValueObjects, whole: boolean): Text | null {
  const text = openText(statement);
  const tokens = tokensOf(statement, 0, statement.length);
  const isPoint = (i: number): boolean => isToken(statement, tokens[i], ".");
  let role = -1;
  for (const [i, token] of tokens.entries()) {
    const written = statement.slice(token.start, token.end);
    if (token.kind === "string") {
      const constant = names.find(({ name }) => quoteLiteral(name) === written);
      if (whole && constant !== undefined) text.hole(constant, "constant", token);
      else if (names.some(({ name }) => written.includes(name))) return null;
    }
    if (beforeRoles.some((word) => isToken(statement, tokens[i - 1], word))) role = i;
    else if (isToken(statement, tokens[i - 1], ",") && role === i - 2) role = i;
    const own = names.find(({ name }) => quoteIdentifier(name) === written);
    if (own === undefined) continue;
    const isSchema = own.name === schema && isPoint(i + 1) && !isPoint(i - 1);
    const isRole = role === i && !isPoint(i + 1);
    if (whole || isSchema || isRole) text.hole(own, "identifier", token);
    else if (own.name === schema) return null;
  }
  return text.close((piece) => !namesSchema(piece, schema));
}

/** What a person reads: the schema stands in names, as those are quoted, and other names behind words as roles do. */
function reasonTemplate(reason: string, { schema, names }: ValueObjects): Text | null {
  const text = openText(reason);
  const quoted = quoteIdentifier(schema);
  for (let at = 0; at < reason.length; at++) {
    if (/\w/.test(reason[at - 1] ?? " ")) continue;
    const isRole = / (?:to|from) $/.test(reason.slice(0, at));
    const own = names.find(
      ({ name }) =>
        isRole && reason.startsWith(name, at) && /^(?:[ ,;)]|$)/.test(reason.slice(at + name.length)),
    );
    const [schemaName] = names;
    if (own !== undefined) text.hole(own, "bare", { start: at, end: at + own.name.length });
    else if (schemaName !== undefined && reason.startsWith(`${quoted}.`, at))
      text.hole(schemaName, "identifier", { start: at, end: at + quoted.length });
  }
  return text.close((piece) => !namesSchema(piece, schema) && !speaksOf(piece, names));
}

/** Collects the places of names, which come in their order. Of names that are the same the first one is meant, as where the state is asked. */
function openText(given: string) {
  const pieces: string[] = [];
  const holes: Hole[] = [];
  let from = 0;
  return {
    hole({ variable }: OwnName, as: Hole["as"], { start, end }: Span): void {
      pieces.push(given.slice(from, start));
      holes.push({ variable, as });
      from = end;
    },
    /** Null where what stands between the places is not `fine`. */
    close(fine: (piece: string) => boolean): Text | null {
      pieces.push(given.slice(from));
      return pieces.every(fine) ? { kind: "around names", pieces, holes } : null;
    },
  };
}

export function stepTemplate(step: Step, value: ValueObjects): StepTemplate | null {
  const { identity, sql, reason, component, because, ...rest } = step;
  const object = ownObject(identity, value.schema);
  if (object === null) return null;
  const said = reasonTemplate(reason, value);
  const file = component === null ? null : fileOfComponent(component);
  if (file !== null && scopedName(file, value.matrix, value.key) !== component) return null;
  const declared = value.objects.get(identityKey(object))?.component === component;
  const texts = sql.map((statement) => textTemplate(statement, value, declared));
  if (said === null || texts.includes(null)) return null;
  const cause = because === undefined ? null : causeTemplate(because, value);
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
export function fillText(text: Text, { names, objects }: ValueObjects): string {
  if (text.kind === "around names") {
    const written = text.holes.map(({ variable, as }) => {
      const own = names.find((one) => one.variable === variable);
      if (own === undefined) throw new Error(`the value has no ${variable === "" ? "schema" : variable}`);
      return as === "bare"
        ? own.name
        : as === "constant"
          ? quoteLiteral(own.name)
          : quoteIdentifier(own.name);
    });
    return text.pieces.map((piece, i) => (i === 0 ? piece : `${written[i - 1]}${piece}`)).join("");
  }
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
  value: ValueObjects,
): NonNullable<StepTemplate["because"]> | undefined {
  const { schema } = value;
  const said = reasonTemplate(why, value);
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
