/** Asks PostgreSQL whether a text means what the live object says: it is made in a savepoint, printed, and taken back. */
import { createStatement, type Definition, replaceStatement } from "../definition.ts";
import type { Identity } from "../identity.ts";
import { rulesOf } from "../kinds/rules.ts";
import { isLiveRelation, isLiveRoutine, type LiveObject } from "../live.ts";
import { attempt, type Planning, settle } from "../request.ts";
import { compareShapes } from "../shape.ts";
import { PlanError } from "../step.ts";
import { type Pass, scratchName } from "./pass.ts";
import { refused } from "./refused.ts";
import { likeLive, replaceStatements } from "./statements.ts";
import type { Work } from "./work.ts";

/** A text that PostgreSQL refuses is a PlanError. */
export function* meansTheSame(
  pass: Pass,
  work: Work,
  definition: Definition,
  live: LiveObject,
): Planning<boolean> {
  const meaning = yield* compareMeaning(pass, work, definition, live, !isReshapedAround(pass, live));
  if (meaning instanceof PlanError) throw meaning;
  return meaning === "same";
}

/**
 * `definition` is the declared text, or the one that was applied last; a PlanError where PostgreSQL refuses it now. `settled`
 * says that the live object's own printed text, read again, still means what it is.
 */
export function* compareMeaning(
  pass: Pass,
  work: Work,
  definition: Definition,
  live: LiveObject,
  settled = true,
): Planning<"same" | "other" | PlanError> {
  const { identity } = work;
  const rules = rulesOf[identity.kind];
  // A recursive view names itself: under a scratch name it would read the live one.
  if (isLiveRoutine(live) || (definition.parts.kind === "view" && definition.parts.recursive)) {
    const statements = replaceStatements(work, definition, live) ?? [];
    const outcome = yield* attempt(statements, [identity]);
    if (outcome.kind === "refused") {
      return rules.shapeRefusals.has(outcome.refusal.sqlstate)
        ? "other"
        : refused(work, statements, outcome.refusal);
    }
    yield* settle(false);
    return yield* meaningOf(
      live,
      outcome.live[0],
      settled ? [replaceStatement(live.definition)] : null,
      identity,
    );
  }
  const name = scratchName(pass);
  const scratch = { ...identity, name };
  const create = rules.create(definition, name);
  const statements = likeLive(work, definition, live, create);
  const outcome = yield* attempt(statements, [scratch]);
  if (outcome.kind === "refused") {
    const place =
      outcome.refusal.offset === undefined
        ? undefined
        : outcome.refusal.offset + lengthOfName(definition, create[0] ?? "");
    return refused(work, [createStatement(definition)], { ...outcome.refusal, statement: 0, offset: place });
  }
  yield* settle(false);
  return yield* meaningOf(
    live,
    outcome.live[0],
    settled ? rules.create(live.definition, name) : null,
    scratch,
  );
}

interface AskedTogether {
  readonly key: string;
  readonly live: LiveObject;
  /** What the statements make: it is looked at, and taken back. */
  readonly made: Identity;
  readonly statements: readonly string[];
}

/**
 * The same for many objects at once, with what was applied: keys of those that mean the same at first sight. Nothing is said of
 * the others.
 */
export function* meanAsApplied(pass: Pass, works: readonly Work[]): Planning<ReadonlySet<string>> {
  const asked = works.flatMap(({ key, identity, live, applied, ...work }): readonly AskedTogether[] => {
    if (live === null || applied === null) return [];
    const { definition } = applied;
    const whole = { ...work, key, identity, live, applied };
    if (isLiveRoutine(live)) {
      const statements = replaceStatements(whole, definition, live);
      return statements === null ? [] : [{ key, live, made: identity, statements }];
    }
    if (definition.parts.kind === "view" && definition.parts.recursive) return [];
    const made = { ...identity, name: scratchName(pass) };
    const create = rulesOf[identity.kind].create(definition, made.name);
    return [{ key, live, made, statements: likeLive(whole, definition, live, create) }];
  });
  if (asked.length < 2) return new Set();
  const outcome = yield* attempt(
    asked.flatMap(({ statements }) => statements),
    asked.map(({ made }) => made),
  );
  if (outcome.kind === "refused") return new Set();
  yield* settle(false);
  const same = asked.filter(({ live }, i) => {
    const now = outcome.live[i];
    return now !== null && now !== undefined && sameDefinition(live, now);
  });
  return new Set(same.map(({ key }) => key));
}

/**
 * What PostgreSQL prints is not always printed again as it stands (`varchar IN (…)`): where both differ, the live object's
 * own printed text, made by `again`, decides.
 */
function* meaningOf(
  live: LiveObject,
  now: LiveObject | null | undefined,
  again: readonly string[] | null,
  as: Identity,
): Planning<"same" | "other"> {
  if (now === null || now === undefined) return "other";
  if (sameDefinition(live, now)) return "same";
  if (again === null) return "other";
  if (isLiveRelation(live) && isLiveRelation(now) && compareShapes(live.columns, now.columns).kind !== "same")
    return "other";
  const outcome = yield* attempt(again, [as]);
  if (outcome.kind === "refused") return "other";
  yield* settle(false);
  const printed = outcome.live[0];
  return printed !== null && printed !== undefined && sameDefinition(printed, now) ? "same" : "other";
}

/** Something else has other columns than when the live object was made: its printed text would be bound to those. */
function isReshapedAround(pass: Pass, { oid }: LiveObject): boolean {
  const { oids, types } = pass.reshaped;
  return (
    pass.renamed || pass.setAside.length > 0 || types.size > 0 || [...oids].some((other) => other !== oid)
  );
}

/** Whether two live objects say the same, whatever their names. */
export function sameDefinition(a: LiveObject, b: LiveObject): boolean {
  if (isLiveRelation(a) && isLiveRelation(b)) {
    return behindName(a) === behindName(b) && compareShapes(a.columns, b.columns).kind === "same";
  }
  return isLiveRoutine(a)
    ? unixLineEnds(a.definition.sql) === unixLineEnds(b.definition.sql)
    : behindName(a) === behindName(b);
}

/** A component's body never has others: see definition.ts. */
function unixLineEnds(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

function behindName(object: LiveObject): string {
  return object.definition.sql.slice(object.definition.name.end);
}

/** How much longer the statement is under its own name than under the scratch name. */
function lengthOfName(definition: Definition, scratch: string): number {
  const own = createStatement(definition);
  return own.length - scratch.length;
}
