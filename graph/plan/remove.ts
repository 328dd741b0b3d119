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
import { enqueueDependents, enqueueReaders } from "./dependents.ts";
import { addStep, type Pass, scratchName, touch, touchAll } from "./pass.ts";
import { refused } from "./refused.ts";
import { renamedTypes, setAsideStatements } from "./set-aside.ts";
import type { Work } from "./work.ts";

/** False: the pass must restart. */
export function* removeObjects(pass: Pass, works: readonly Work[]): Planning<boolean> {
  let waiting: readonly Work[] = works.filter((work) => work.live !== null);
  const successors = findSuccessors(pass, waiting);
  // Dependents among the vanished go first: each round drops what nothing needs any more.
  for (let progress = true; progress && waiting.length > 0; ) {
    progress = false;
    const left: Work[] = [];
    for (const work of [...waiting].sort((a, b) => compareIdentities(b.identity, a.identity))) {
      if (work.live === null || work.live === undefined) continue;
      if (!touch(pass, work.live)) return false;
      const becomes = successors.get(work.key);
      if (becomes !== undefined && isLiveRelation(work.live) && work.live.children.length > 0) {
        // Its triggers and rules must be looked at, so it is set aside.
        left.push(work);
        continue;
      }
      const drop = [`DROP ${rulesOf[work.identity.kind].noun} ${describeForDdl(work.identity)}`];
      const outcome = yield* attempt(drop, []);
      if (outcome.kind === "worked") {
        yield* settle(true);
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
  pass.setAside.push({ live, scratch, component: work.applied?.component ?? null, gone: true });
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
  return true;
}

function noteGone(pass: Pass, work: Work, drop: readonly string[], successor: Identity | null): void {
  const { live } = work;
  addStep(pass, {
    kind: "drop",
    identity: work.identity,
    component: work.applied?.component ?? null,
    reason:
      successor === null
        ? "no component declares it any more"
        : `${describeIdentity(successor)} takes its place`,
    sql: drop,
  });
  if (live === null) return;
  noteSuccessor(pass, live, successor);
  if (isRoutine(live.identity) || isLiveRelation(live)) {
    enqueueReaders(pass, work.identity, `${describeIdentity(work.identity)} goes`);
  }
}

function noteSuccessor(pass: Pass, live: LiveObject, successor: Identity | null): void {
  if (successor !== null) pass.predecessors.set(identityKey(successor), live);
}

/**
 * What takes a vanished object's place: a new relation of the same name, or the only new routine of the same name in
 * the same component where only one goes.
 */
function findSuccessors(pass: Pass, removed: readonly Work[]): ReadonlyMap<string, Identity> {
  const fresh = [...pass.queue.values()].filter((work) => work.live === null && work.declared !== null);
  const successors = new Map<string, Identity>();
  for (const work of removed) {
    const { identity } = work;
    if (isChild(identity)) continue;
    const same = fresh.filter(
      (next) =>
        next.identity.schema === identity.schema &&
        next.identity.name === identity.name &&
        isRelation(next.identity) === isRelation(identity) &&
        !isChild(next.identity),
    );
    const going = removed.filter(
      (other) =>
        !isChild(other.identity) &&
        other.identity.schema === identity.schema &&
        other.identity.name === identity.name,
    );
    const [only] = same;
    if (only !== undefined && same.length === 1 && going.length === 1)
      successors.set(work.key, only.identity);
  }
  return successors;
}
