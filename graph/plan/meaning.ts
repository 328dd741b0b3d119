/** Asks PostgreSQL whether a text means what the live object says: it is made in a savepoint, printed, and taken back. */
import { createStatement, type Definition } from "../definition.ts";
import { rulesOf } from "../kinds/rules.ts";
import { isLiveRelation, isLiveRoutine, type LiveObject } from "../live.ts";
import { attempt, type Planning, settle } from "../request.ts";
import { compareShapes } from "../shape.ts";
import { type Pass, scratchName } from "./pass.ts";
import { refused } from "./refused.ts";
import type { Work } from "./work.ts";

/** `definition` is the declared text, or the one that was applied last. A text that PostgreSQL refuses is a PlanError. */
export function* meansTheSame(
  pass: Pass,
  work: Work,
  definition: Definition,
  live: LiveObject,
): Planning<boolean> {
  const { identity } = work;
  const rules = rulesOf[identity.kind];
  if (isLiveRoutine(live)) {
    const statements = rules.replace(definition, live) ?? [];
    const outcome = yield* attempt(statements, [identity]);
    if (outcome.kind === "refused") {
      if (rules.shapeRefusals.has(outcome.refusal.sqlstate)) return false;
      throw refused(work, statements, outcome.refusal);
    }
    yield* settle(false);
    const now = outcome.live[0];
    return now !== undefined && now !== null && sameDefinition(live, now);
  }
  const name = scratchName(pass);
  const scratch = { ...identity, name };
  const statements = rules.create(definition, name);
  const outcome = yield* attempt(statements, [scratch]);
  if (outcome.kind === "refused") {
    const place =
      outcome.refusal.offset === undefined
        ? undefined
        : outcome.refusal.offset + lengthOfName(definition, statements[0] ?? "");
    throw refused(work, [createStatement(definition)], { ...outcome.refusal, statement: 0, offset: place });
  }
  yield* settle(false);
  const now = outcome.live[0];
  return now !== undefined && now !== null && sameDefinition(live, now);
}

/** Whether two live objects say the same, whatever their names. */
export function sameDefinition(a: LiveObject, b: LiveObject): boolean {
  if (isLiveRelation(a) && isLiveRelation(b)) {
    return behindName(a) === behindName(b) && compareShapes(a.columns, b.columns).kind === "same";
  }
  return isLiveRoutine(a) ? a.definition.sql === b.definition.sql : behindName(a) === behindName(b);
}

function behindName(object: LiveObject): string {
  return object.definition.sql.slice(object.definition.name.end);
}

/** How much longer the statement is under its own name than under the scratch name. */
function lengthOfName(definition: Definition, scratch: string): number {
  const own = createStatement(definition);
  return own.length - scratch.length;
}
