/**
 * Objects whose components vanished. They go before anything is made, so that nothing new binds to them: dropped where
 * nothing needs them, else set aside until their dependents are bound to something else.
 */
import { describeForDdl } from "../ddl-name.ts";
import {
  compareIdentities,
  describeIdentity,
  type Identity,
  identityKey,
  isChild,
  isRelation,
  isRoutine,
} from "../identity.ts";
import { rulesOf } from "../kinds/rules.ts";
import { isLiveRelation, type LiveObject } from "../live.ts";
import { attempt, type Planning, run, settle } from "../request.ts";
import { PlanError, type Problem } from "../step.ts";
import { enqueueDeclaredChildren, enqueueDependents, enqueueReaders, readDependents } from "./dependents.ts";
import { addStep, type Pass, scratchName, touch, touchAll } from "./pass.ts";
import { refused } from "./refused.ts";
import { renamedTypes, setAsideStatements } from "./set-aside.ts";
import { stuck } from "./stuck-dependent.ts";
import type { Work } from "./work.ts";

/** False: the pass must restart. */
export function* removeObjects(pass: Pass, works: readonly Work[]): Planning<boolean> {
  let waiting: readonly Work[] = works.filter((work) => work.live !== null);
  // All of them are changed for certain: what is not locked yet is learnt in one pass.
  const missing = waiting.filter(({ live }) => live !== null && !touch(pass, live));
  if (missing.length > 0) return false;
  const successors = findSuccessors(pass, waiting);
  // Dependents among the vanished go first: each round drops what nothing needs any more.
  for (let progress = true; progress && waiting.length > 0; ) {
    progress = false;
    const left: Work[] = [];
    for (const work of [...waiting].sort((a, b) => compareIdentities(b.identity, a.identity))) {
      if (work.live === null || work.live === undefined) continue;
      const becomes = successors.get(work.key);
      if (becomes !== undefined && isLiveRelation(work.live) && work.live.children.length > 0) {
        // Its triggers and rules must be looked at, so it is set aside.
        left.push(work);
        continue;
      }
      const drop = [`DROP ${rulesOf[work.identity.kind].noun} ${describeForDdl(work.identity)}`];
      const owned = yield* readOwned(pass, work, work.live);
      const outcome = yield* attempt(drop, []);
      if (outcome.kind === "worked") {
        yield* settle(owned.length === 0);
        if (owned.length > 0) throw new PlanError(owned);
        noteGone(pass, work, drop, successors.get(work.key) ?? null);
        progress = true;
      } else if (outcome.refusal.sqlstate === "2BP01") left.push(work);
      else throw refused(work, drop, outcome.refusal);
    }
    waiting = left;
  }
  for (const work of waiting) {
    if (
      work.live !== null &&
      !(yield* setAsideRemoved(pass, work, work.live, successors.get(work.key) ?? null))
    )
      return false;
  }
  return true;
}

/** A sequence that a column of a view owns goes with the view unasked: PostgreSQL's DROP refuses only what is no part of it. */
function* readOwned(pass: Pass, work: Work, live: LiveObject): Planning<readonly Problem[]> {
  if (live.kind !== "view") return [];
  const component = work.applied?.component ?? null;
  return (yield* readDependents(pass, live)).flatMap((dependent): readonly Problem[] => {
    if (dependent.kind !== "other") return [];
    const what = `${describeIdentity(work.identity)} cannot be dropped`;
    const using = dependent.columns.length > 0 ? ` (it uses ${dependent.columns.join(", ")})` : "";
    return [{ code: "dependent-blocks", component, offset: null, ...stuck(dependent, what, using, true) }];
  });
}

function* setAsideRemoved(
  pass: Pass,
  work: Work,
  live: LiveObject,
  successor: Identity | null,
): Planning<boolean> {
  const why =
    successor === null
      ? `${describeIdentity(work.identity)} goes`
      : `${describeIdentity(successor)} takes the place of ${describeIdentity(work.identity)}`;
  yield* enqueueDependents(pass, live, successor, why);
  if (!touchAll(pass)) return false;
  const scratch = scratchName(pass);
  const aside = setAsideStatements(pass, live, scratch);
  yield* run(aside, work.identity);
  for (const [from, to] of renamedTypes(live, scratch)) pass.typeNames.set(from, to);
  pass.setAside.push({
    live,
    scratch,
    component: work.applied?.component ?? null,
    gone: whyGone(work, successor),
  });
  addStep(pass, {
    kind: "alter",
    identity: work.identity,
    component: work.applied?.component ?? null,
    reason: "set aside until nothing needs it",
    sql: aside,
    auxiliary: true,
  });
  noteSuccessor(pass, live, successor);
  enqueueReaders(pass, work.identity, why);
  if (successor === null && isLiveRelation(live)) enqueueDeclaredChildren(pass, live, why);
  return true;
}

function noteGone(pass: Pass, work: Work, drop: readonly string[], successor: Identity | null): void {
  const { live } = work;
  addStep(pass, {
    kind: "drop",
    identity: work.identity,
    component: work.applied?.component ?? null,
    reason: whyGone(work, successor),
    sql: drop,
  });
  if (live === null) return;
  noteSuccessor(pass, live, successor);
  const why = `${describeIdentity(work.identity)} goes`;
  if (isRoutine(live.identity) || isLiveRelation(live)) enqueueReaders(pass, work.identity, why);
  if (isLiveRelation(live)) enqueueDeclaredChildren(pass, live, why);
}

function whyGone({ identity }: Work, successor: Identity | null): string {
  if (successor === null) return "no component declares it any more";
  const name = describeIdentity(successor);
  return successor.kind === identity.kind ? `${name} takes its place` : `it becomes ${name}`;
}

/** A routine of another kind and the same arguments: the two cannot both exist. */
function sameArguments(a: Identity, b: Identity): boolean {
  return (
    isRoutine(a) &&
    isRoutine(b) &&
    a.arguments.every((type, i) => type === b.arguments[i]) &&
    a.arguments.length === b.arguments.length
  );
}

function noteSuccessor(pass: Pass, live: LiveObject, successor: Identity | null): void {
  if (successor !== null) pass.predecessors.set(identityKey(successor), live);
}

/**
 * What takes a vanished object's place: a new relation of the same name, a new routine of the same name and arguments,
 * or the only new routine of the same name where only one goes.
 */
function findSuccessors(pass: Pass, removed: readonly Work[]): ReadonlyMap<string, Identity> {
  const fresh = [...pass.queue.values()].filter((work) => work.live === null && work.declared !== null);
  const coming = byName(fresh);
  const leaving = byName(removed);
  const successors = new Map<string, Identity>();
  for (const work of removed) {
    const { identity } = work;
    if (isChild(identity)) continue;
    const same = (coming.get(nameKey(identity)) ?? []).filter(
      (next) => isRelation(next.identity) === isRelation(identity),
    );
    const going = leaving.get(nameKey(identity)) ?? [];
    const [only] = same;
    const alike = same.find((next) => sameArguments(next.identity, identity));
    if (alike !== undefined) successors.set(work.key, alike.identity);
    else if (only !== undefined && same.length === 1 && going.length === 1)
      successors.set(work.key, only.identity);
  }
  return successors;
}

/** Without what stands on a relation. */
function byName(works: readonly Work[]): ReadonlyMap<string, readonly Work[]> {
  const found = new Map<string, Work[]>();
  for (const work of works) {
    if (isChild(work.identity)) continue;
    const key = nameKey(work.identity);
    const same = found.get(key);
    if (same === undefined) found.set(key, [work]);
    else same.push(work);
  }
  return found;
}

function nameKey({ schema, name }: Identity): string {
  return JSON.stringify([schema, name]);
}
