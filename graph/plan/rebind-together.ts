/**
 * Many dependents of one object mostly take their own text again as it is. They are tried in one go: one question
 * instead of one for each. Where one of them is refused or changes its shape, it is looked at alone.
 */
import { identityKey } from "../identity.ts";
import { rulesOf } from "../kinds/rules.ts";
import type { LiveObject } from "../live.ts";
import { attempt, type Planning, settle } from "../request.ts";
import { finishReplace, sameShape } from "./change.ts";
import { type Pass, peekNext, takeNext, touch } from "./pass.ts";
import { isMadeBeside } from "./prepared.ts";
import type { Work } from "./work.ts";

/** Enough to save round trips. Refusals shrink it, because all that stands behind a refused one was sent in vain. */
export const mostTogether = 50;

interface Rebinding {
  readonly work: Work;
  readonly live: LiveObject;
  readonly statements: readonly string[];
}

/** Takes the works at the head of the queue that can be bound anew together; an empty list where there are not two. */
export function takeRebindings(pass: Pass): readonly Rebinding[] {
  const taken: Rebinding[] = [];
  if (pass.together < 2 || pass.keepsCollations) return taken;
  for (let next = peekNext(pass); next !== undefined && taken.length < pass.together; next = peekNext(pass)) {
    const rebinding = asRebinding(pass, next);
    if (rebinding === null) break;
    takeNext(pass);
    taken.push(rebinding);
  }
  return taken;
}

/** Views alone: what is set aside with a row type, or has no replace, goes its own way. */
function asRebinding(pass: Pass, work: Work): Rebinding | null {
  const { reasons, identity } = work;
  const live = pass.before.get(work.key) ?? null;
  if (
    identity.kind !== "view" ||
    !reasons.rebind ||
    reasons.changed ||
    reasons.remake ||
    pass.blocked.has(work.key) ||
    pass.alone.has(work.key) ||
    isMadeBeside(pass, work.key)
  )
    return null;
  if (live === null || live.extension !== null || pass.renamed || pass.stepped.has(work.key)) return null;
  if (work.applied !== null && work.applied.live !== "same") return null;
  const statements = rulesOf.view.replace(work.definition, live);
  return statements === null || !touch(pass, live) ? null : { work, live, statements };
}

/**
 * Binds them anew in their order. Returns those that must be looked at alone, from the first that was refused on, or
 * an empty list.
 */
export function* rebindTogether(pass: Pass, rebindings: readonly Rebinding[]): Planning<readonly Work[]> {
  const outcome = yield* attempt(
    rebindings.flatMap((one) => one.statements),
    rebindings.map((one) => one.work.identity),
  );
  if (outcome.kind === "refused") {
    const index = failedIndex(rebindings, outcome.refusal.statement);
    pass.together = Math.max(1, index);
    const failed = rebindings[index];
    if (failed !== undefined) pass.alone.add(failed.work.key);
    const fine = rebindings.slice(0, index);
    const left = fine.length === 0 ? [] : yield* rebindTogether(pass, fine);
    return [...left, ...rebindings.slice(index).map((one) => one.work)];
  }
  const changed = rebindings.findIndex((one, i) => !sameShape(one.live, outcome.live[i] ?? null));
  if (changed !== -1) {
    // Its own dependents come before the rest of these.
    yield* settle(false);
    pass.together = Math.max(1, changed);
    const one = rebindings[changed];
    if (one !== undefined) pass.alone.add(one.work.key);
    const fine = rebindings.slice(0, changed);
    const left = fine.length === 0 ? [] : yield* rebindTogether(pass, fine);
    return [...left, ...rebindings.slice(changed).map((other) => other.work)];
  }
  yield* settle(true);
  pass.together = Math.min(mostTogether, pass.together * 2);
  for (const [i, { work, live, statements }] of rebindings.entries()) {
    yield* finishReplace(pass, { ...work, live }, live, outcome.live[i] ?? live, statements, "rebind");
    pass.done.add(identityKey(work.identity));
  }
  return [];
}

function failedIndex(rebindings: readonly Rebinding[], statement: number): number {
  let seen = 0;
  for (const [i, one] of rebindings.entries()) {
    seen += one.statements.length;
    if (statement < seen) return i;
  }
  return 0;
}
