/** The questions that planning asks of PostgreSQL, and their answers. Planning itself runs anywhere: it only yields these. */
import type { AroundTarget } from "./around.ts";
import type { Fixture, FixtureHost } from "./fixture.ts";
import type { Identity } from "./identity.ts";
import type { Dependent, LiveObject, LiveRelation } from "./live.ts";

export type Request =
  /** What the catalog says about these objects, null where one does not exist. */
  | { readonly kind: "find"; readonly identities: readonly Identity[] }
  /** Which catalog rows hold these objects: another text once any of them was written. */
  | { readonly kind: "versions"; readonly identities: readonly Identity[] }
  /** What needs the live object, whoever made it: its own parts and its triggers and rules left out. */
  | { readonly kind: "dependents"; readonly of: LiveObject }
  /** The populated materialized views that read these, as far as PostgreSQL records it. */
  | { readonly kind: "materialized readers"; readonly of: readonly Identity[] }
  /** Of each pair of printed CREATE VIEW statements: whether the second one gives the same rows, with more columns behind. */
  | {
      readonly kind: "only appended";
      readonly pairs: readonly { readonly before: string; readonly after: string }[];
    }
  /** What uses an operator. */
  | { readonly kind: "operator users"; readonly oid: number }
  /** Which of these new objects share their name with something that exists: other overloads, other schemas. */
  | { readonly kind: "namesakes"; readonly identities: readonly Identity[] }
  /** Who uses other overloads of a routine's name, or other relations of a name that a new one may hide. */
  | { readonly kind: "captured"; readonly identity: Identity }
  /**
   * Tries statements under a savepoint. Refused: everything is as before. Worked: they stand, `live` says what the
   * catalog now holds of `inspect`, and `settle` must follow.
   */
  | {
      readonly kind: "attempt";
      readonly statements: readonly string[];
      readonly inspect: readonly Identity[];
      readonly searchPath?: readonly string[];
      /** What a rehearsal tries in their place, where they would read or write a table. */
      readonly rehearse?: readonly string[];
    }
  /** Who holds on to what a statement of --around changes. */
  | { readonly kind: "users"; readonly targets: readonly AroundTarget[] }
  /** Whether a statement, given around the table's name, writes the table anew: tried on an empty copy. */
  | {
      readonly kind: "rewrites";
      readonly table: FixtureHost;
      readonly onTable: { readonly before: string; readonly after: string };
    }
  /** Keeps or takes back the open attempt. */
  | { readonly kind: "settle"; readonly keep: boolean }
  /** Statements that must work; an error ends the plan. `blame` is the object that the error is told of. */
  | {
      readonly kind: "run";
      readonly statements: readonly string[];
      readonly blame: Identity | null;
      readonly searchPath?: readonly string[];
    }
  /** Fills a materialized view: skipped in a rehearsal. */
  | { readonly kind: "fill"; readonly statement: string; readonly blame: Identity };

/** PostgreSQL's refusal of a statement. */
export interface Refusal {
  readonly sqlstate: string;
  readonly message: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly where: string | undefined;
  /** Which statement of the attempt, from 0. */
  readonly statement: number;
  /** Where in that statement, in UTF-16 units. */
  readonly offset: number | undefined;
}

export type Answer =
  | { readonly kind: "found"; readonly objects: readonly (LiveObject | null)[] }
  /** Null where the object does not exist. */
  | { readonly kind: "versions"; readonly versions: readonly (string | null)[] }
  | { readonly kind: "materialized readers"; readonly views: readonly LiveRelation[] }
  | { readonly kind: "only appended"; readonly appended: readonly boolean[] }
  | { readonly kind: "dependents"; readonly dependents: readonly Dependent[] }
  | ({ readonly kind: "users" } & Users)
  | { readonly kind: "rewrites"; readonly rewrites: boolean }
  | { readonly kind: "namesakes"; readonly identities: readonly Identity[] }
  | {
      readonly kind: "worked";
      readonly live: readonly (LiveObject | null)[];
      /** What CASCADE took, in PostgreSQL's words: `drop cascades to view v`. */
      readonly cascaded: readonly string[];
    }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "done" };

/** Who uses what is about to be changed. */
export interface Users {
  /** The tables themselves, descendants included. */
  readonly tables: readonly FixtureHost[];
  /** What uses the changed columns. */
  readonly blocking: readonly Dependent[];
  /** What uses the tables beside those columns; one that does both stands in both lists. */
  readonly others: readonly Dependent[];
  /** Checks of the tables whose virtual generated columns are among the blocking: SET EXPRESSION is refused beside them. */
  readonly checks: readonly Fixture[];
}

/** The planning with its texts read by another search_path than the plan's own. */
export function* underPath<T>(searchPath: readonly string[] | undefined, planning: Planning<T>): Planning<T> {
  if (searchPath === undefined) return yield* planning;
  let next = planning.next();
  while (next.done !== true) {
    const { value } = next;
    const reads = value.kind === "run" || value.kind === "attempt";
    next = planning.next(yield reads ? { ...value, searchPath } : value);
  }
  return next.value;
}

/** A piece of planning: yields requests, receives answers, returns T. */
export type Planning<T> = Generator<Request, T, Answer>;

export type Outcome = Extract<Answer, { kind: "worked" | "refused" }>;

export function* find(identities: readonly Identity[]): Planning<readonly (LiveObject | null)[]> {
  const answer = yield { kind: "find", identities };
  if (answer.kind !== "found") throw new Error(`find: unexpected answer ${answer.kind}`);
  return answer.objects;
}

export function* versionsOf(identities: readonly Identity[]): Planning<readonly (string | null)[]> {
  const answer = yield { kind: "versions", identities };
  if (answer.kind !== "versions") throw new Error(`versions: unexpected answer ${answer.kind}`);
  return answer.versions;
}

export function* dependentsOf(of: LiveObject): Planning<readonly Dependent[]> {
  const answer = yield { kind: "dependents", of };
  if (answer.kind !== "dependents") throw new Error(`dependents: unexpected answer ${answer.kind}`);
  return answer.dependents;
}

export function* usersOfOperator(oid: number): Planning<readonly Dependent[]> {
  const answer = yield { kind: "operator users", oid };
  if (answer.kind !== "dependents") throw new Error(`operator users: unexpected answer ${answer.kind}`);
  return answer.dependents;
}

export function* usersOf(targets: readonly AroundTarget[]): Planning<Users> {
  const answer = yield { kind: "users", targets };
  if (answer.kind !== "users") throw new Error(`users: unexpected answer ${answer.kind}`);
  return answer;
}

export function* materializedReaders(of: readonly Identity[]): Planning<readonly LiveRelation[]> {
  if (of.length === 0) return [];
  const answer = yield { kind: "materialized readers", of };
  if (answer.kind !== "materialized readers")
    throw new Error(`materialized readers: unexpected answer ${answer.kind}`);
  return answer.views;
}

export function* onlyAppended(
  pairs: readonly { readonly before: string; readonly after: string }[],
): Planning<readonly boolean[]> {
  if (pairs.length === 0) return [];
  const answer = yield { kind: "only appended", pairs };
  if (answer.kind !== "only appended") throw new Error(`only appended: unexpected answer ${answer.kind}`);
  return answer.appended;
}

export function* rewritesTable(
  table: FixtureHost,
  onTable: { readonly before: string; readonly after: string },
): Planning<boolean> {
  const answer = yield { kind: "rewrites", table, onTable };
  if (answer.kind !== "rewrites") throw new Error(`rewrites: unexpected answer ${answer.kind}`);
  return answer.rewrites;
}

export function* withNamesakes(identities: readonly Identity[]): Planning<readonly Identity[]> {
  if (identities.length === 0) return [];
  const answer = yield { kind: "namesakes", identities };
  if (answer.kind !== "namesakes") throw new Error(`namesakes: unexpected answer ${answer.kind}`);
  return answer.identities;
}

export function* capturedBy(identity: Identity): Planning<readonly Dependent[]> {
  const answer = yield { kind: "captured", identity };
  if (answer.kind !== "dependents") throw new Error(`captured: unexpected answer ${answer.kind}`);
  return answer.dependents;
}

export function* attempt(
  statements: readonly string[],
  inspect: readonly Identity[],
  rehearse?: readonly string[],
): Planning<Outcome> {
  const answer = yield {
    kind: "attempt",
    statements,
    inspect,
    ...(rehearse === undefined ? {} : { rehearse }),
  };
  if (answer.kind !== "worked" && answer.kind !== "refused")
    throw new Error(`attempt: unexpected answer ${answer.kind}`);
  return answer;
}

export function* settle(keep: boolean): Planning<void> {
  yield { kind: "settle", keep };
}

export function* run(statements: readonly string[], blame: Identity | null): Planning<void> {
  if (statements.length > 0) yield { kind: "run", statements, blame };
}
