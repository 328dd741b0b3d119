/** Which object is meant: a structured identity, its key for maps, and its name as PostgreSQL prints it. */
import { compareText } from "./compare.ts";
import { quoteIdentifier, quoteName } from "./quote.ts";

export type RelationKind = "view" | "materialized view";
type RoutineKind = "function" | "procedure" | "aggregate";
export type ChildKind = "trigger" | "rule" | "policy";
export type ObjectKind = RelationKind | RoutineKind | ChildKind;

export interface RelationIdentity {
  readonly kind: RelationKind;
  readonly schema: string;
  readonly name: string;
}

export interface RoutineIdentity {
  readonly kind: RoutineKind;
  readonly schema: string;
  readonly name: string;
  /** Input argument types as `format_type(oid, NULL)` prints them with nothing but pg_catalog on the search_path. */
  readonly arguments: readonly string[];
}

/** A trigger, rule or policy. `schema` is that of the relation it stands on. */
export interface ChildIdentity {
  readonly kind: ChildKind;
  readonly schema: string;
  readonly relation: string;
  readonly name: string;
}

export type Identity = RelationIdentity | RoutineIdentity | ChildIdentity;

const keys = new WeakMap<Identity, string>();

/** A text that is equal for equal identities and different for different ones. */
export function identityKey(identity: Identity): string {
  const known = keys.get(identity);
  if (known !== undefined) return known;
  const key = JSON.stringify(identityParts(identity));
  keys.set(identity, key);
  return key;
}

/** The object as pg_identify_object prints it: `view public.a`, `function public.f(integer)`, `trigger t on public.a`. */
export function describeIdentity(identity: Identity): string {
  return `${identity.kind} ${qualifiedName(identity)}`;
}

/** The object's name as it stands in a statement, schema-qualified: `public.a`, `public.f(integer)`, `t on public.a`. */
export function qualifiedName(identity: Identity): string {
  switch (identity.kind) {
    case "view":
    case "materialized view":
      return quoteName(identity.schema, identity.name);
    case "function":
    case "procedure":
    case "aggregate":
      return `${quoteName(identity.schema, identity.name)}(${identity.arguments.join(", ")})`;
    case "trigger":
    case "rule":
    case "policy":
      return `${quoteIdentifier(identity.name)} on ${quoteName(identity.schema, identity.relation)}`;
  }
}

/** The columns in which tables hold an identity: `relation` is empty but for children, `arguments` but for routines. */
export interface IdentityColumns {
  readonly kind: ObjectKind;
  readonly schema: string;
  readonly relation: string;
  readonly name: string;
  readonly arguments: readonly string[];
}

export function identityFromColumns(columns: IdentityColumns): Identity {
  const { kind, schema, relation, name } = columns;
  switch (kind) {
    case "view":
    case "materialized view":
      return { kind, schema, name };
    case "function":
    case "procedure":
    case "aggregate":
      return { kind, schema, name, arguments: columns.arguments };
    case "trigger":
    case "rule":
    case "policy":
      return { kind, schema, relation, name };
  }
}

/** A fixed order for output and for ties: by schema, relation, name, kind, arguments. */
export function compareIdentities(a: Identity, b: Identity): number {
  const left = sortParts(a);
  const right = sortParts(b);
  for (let i = 0; i < left.length || i < right.length; i++) {
    const order = compareText(left[i] ?? "", right[i] ?? "");
    if (order !== 0) return order;
  }
  return 0;
}

export function isRelation(identity: Identity): identity is RelationIdentity {
  return identity.kind === "view" || identity.kind === "materialized view";
}

export function isRoutine(identity: Identity): identity is RoutineIdentity {
  return identity.kind === "function" || identity.kind === "procedure" || identity.kind === "aggregate";
}

export function isChild(identity: Identity): identity is ChildIdentity {
  return identity.kind === "trigger" || identity.kind === "rule" || identity.kind === "policy";
}

function identityParts(identity: Identity): readonly string[] {
  if (isRelation(identity)) return [identity.kind, identity.schema, identity.name];
  if (isRoutine(identity)) return [identity.kind, identity.schema, identity.name, ...identity.arguments];
  return [identity.kind, identity.schema, identity.relation, identity.name];
}

function sortParts(identity: Identity): readonly string[] {
  if (isRelation(identity)) return [identity.schema, identity.name, "", identity.kind];
  if (isRoutine(identity)) return [identity.schema, identity.name, "", identity.kind, ...identity.arguments];
  return [identity.schema, identity.relation, identity.name, identity.kind];
}
