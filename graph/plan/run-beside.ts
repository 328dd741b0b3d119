/**
 * A statement of --around changes tables. What components declare is changed by their files: a statement that drops or
 * alters it would be undone by the next sync, or take with it what hung on the object.
 */
import { describeIdentity, type Identity } from "../identity.ts";
import type { LiveObject } from "../live.ts";
import { find, type Planning, settle, versionsOf } from "../request.ts";
import { PlanError, type Problem } from "../step.ts";
import { sameDefinition } from "./meaning.ts";
import type { Pass } from "./pass.ts";
import { missingAttachments } from "./reconcile.ts";
import { noReasons, type Work } from "./work.ts";

/**
 * `run` attempts the statement, inspects the given objects and leaves the attempt open. What it drops of strangers that wait
 * to be bound again is left alone from then on.
 */
export function* runBeside(
  pass: Pass,
  why: string,
  run: (inspect: readonly Identity[]) => Planning<readonly (LiveObject | null)[]>,
): Planning<void> {
  const declared = [...pass.desired.objects].map(([key, { identity }]) => ({ key, identity }));
  const strangers = [...pass.queue.values()].filter((work) => work.declared === null);
  const all = [...declared, ...strangers];
  const identities = all.map(({ identity }) => identity);
  const before = yield* versionsOf(identities);
  yield* run([]);
  const after = yield* versionsOf(identities);
  const touched = all.filter((_, i) => before[i] !== null && after[i] !== before[i]);
  for (const [i, { key }] of all.entries())
    if (i >= declared.length && before[i] !== null && after[i] === null) forget(pass, key);
  const managed = touched.filter(({ key }) => pass.desired.objects.has(key));
  if (managed.length === 0) return yield* settle(true);
  // What exactly changed shows beside the objects as they were.
  yield* settle(false);
  const wanted = managed.map(({ identity }) => identity);
  const were = yield* find(wanted);
  const are = yield* run(wanted);
  yield* settle(true);
  const problems: Problem[] = [];
  for (const [i, { key }] of managed.entries()) {
    const was = were[i] ?? null;
    const problem = was === null ? null : yield* changeOf(pass, key, why, was, are[i] ?? null);
    if (problem !== null) problems.push(problem);
  }
  if (problems.length > 0) throw new PlanError(problems);
}

/** It was detached, and then dropped on purpose. */
function forget(pass: Pass, key: string): void {
  pass.queue.delete(key);
  pass.before.delete(key);
  pass.sorted = null;
}

function* changeOf(
  pass: Pass,
  key: string,
  why: string,
  was: LiveObject,
  is: LiveObject | null,
): Planning<Problem | null> {
  const declared = pass.desired.objects.get(key);
  if (declared === undefined) return null;
  const name = describeIdentity(was.identity);
  if (is === null) return problem(declared, `${why}: ${name}, which a component declares, would be gone`);
  if (!sameDefinition(was, is))
    return problem(declared, `${why}: ${name} would no longer be what its component says`);
  const applied = pass.applied.get(key) ?? null;
  const work: Work = {
    key,
    identity: was.identity,
    declared,
    applied,
    definition: declared,
    reasons: noReasons,
    why,
    live: is,
  };
  const missing = yield* missingAttachments(pass, work, is, true);
  if (missing.length === 0) return null;
  const keys = missing.map((attachment) => attachment.key).join(", ");
  return problem(declared, `${why}: what its component attaches to ${name} would change: ${keys}`);
}

function problem(
  declared: { readonly component: string; readonly offset: number },
  message: string,
): Problem {
  const { component, offset } = declared;
  const fix = `leave the statement out, and change ${component}: the same sync brings it about`;
  return { code: "misplaced-statement", message, component, offset, fix };
}
