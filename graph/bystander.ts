/** Things outside the managed kinds that hold on to a managed object and that a step or a cost speaks of. */
import { describeIdentity, type Identity, identityKey, qualifiedName } from "./identity.ts";
import { quoteIdentifier, quoteName } from "./quote.ts";

/** `name` of a cast is `(source AS target)`, of an operator `+(left,right)`; a cast has no schema. */
export interface Bystander {
  readonly kind:
    | "table"
    | "foreign table"
    | "composite type"
    | "index"
    | "sequence"
    | "domain"
    | "cast"
    | "operator";
  readonly schema: string | null;
  readonly name: string;
}

/** What a step does something to. */
export type Subject = Identity | Bystander;

export function isBystander(subject: Subject): subject is Bystander {
  switch (subject.kind) {
    case "table":
    case "foreign table":
    case "composite type":
    case "index":
    case "sequence":
    case "domain":
    case "cast":
    case "operator":
      return true;
    default:
      return false;
  }
}

/** A text that is equal for equal subjects and different for different ones. */
export function subjectKey(subject: Subject): string {
  return isBystander(subject)
    ? JSON.stringify([subject.kind, subject.schema, subject.name])
    : identityKey(subject);
}

/** The subject as pg_identify_object prints it: `table public.t`. */
export function describeSubject(subject: Subject): string {
  return isBystander(subject) ? `${subject.kind} ${subjectName(subject)}` : describeIdentity(subject);
}

/** The subject's name as it stands in a statement, qualified. */
export function subjectName(subject: Subject): string {
  if (!isBystander(subject)) return qualifiedName(subject);
  const { kind, schema, name } = subject;
  if (schema === null) return name;
  return kind === "operator" ? `${quoteIdentifier(schema)}.${name}` : quoteName(schema, name);
}
