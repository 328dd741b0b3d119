/** The end of a pass that needs more relations locked: which ones the next pass begins with, and in which order. */
import { identityKey } from "../identity.ts";
import { find, type Planning } from "../request.ts";
import type { Lock, Pass } from "./pass.ts";
import { rankObjects } from "./rank.ts";

/** Everything touched so far and before, outermost dependents first, tables last: readers lock in that order. */
export function* restartLocks(pass: Pass, before: readonly Lock[]): Planning<readonly Lock[]> {
  const locks = new Map(before.map((lock) => [lock.key, lock]));
  for (const lock of pass.touched.values()) locks.set(lock.key, lock);
  for (const lock of yield* lockAhead(pass, locks, before.length)) locks.set(lock.key, lock);
  const managed = [...locks.values()].filter((lock) => lock.kind !== "table").map((lock) => lock.key);
  const { ranks } = rankObjects(pass.desired, managed);
  const rank = (lock: Lock) =>
    lock.kind === "table" ? -1 : (ranks.get(lock.key) ?? pass.unmanagedRanks.get(lock.key) ?? 0);
  return [...locks.values()].sort((a, b) => rank(b) - rank(a) || (a.key < b.key ? -1 : 1));
}

/**
 * A chain of views that all change their shape would be learnt one level a pass: a pass that was not the first to restart
 * takes as many of the views above with it as there were locks, so that the passes grow with the logarithm. Who reads such
 * a view waits for the views below it anyway; a materialized view is read without them, and ends the way up.
 */
function* lockAhead(pass: Pass, known: ReadonlyMap<string, Lock>, most: number): Planning<readonly Lock[]> {
  const found = new Set<string>();
  const waiting = [...known.keys()];
  for (let i = 0; i < waiting.length && found.size < most; i++) {
    for (const edge of pass.desired.neededBy(waiting[i] ?? "")) {
      const reader = pass.desired.objects.get(edge.from);
      if (edge.strength !== "hard" || reader?.identity.kind !== "view") continue;
      if (found.has(edge.from) || known.has(edge.from) || found.size >= most) continue;
      found.add(edge.from);
      waiting.push(edge.from);
    }
  }
  const identities = [...found].flatMap((key) => pass.desired.objects.get(key)?.identity ?? []);
  const locks: Lock[] = [];
  for (const live of yield* find(identities)) {
    if (live?.kind !== "view" || live.extension !== null) continue;
    const { schema, name } = live.identity;
    locks.push({
      key: identityKey(live.identity),
      kind: "view",
      schema,
      name,
      owner: live.owner,
      ahead: true,
    });
  }
  return locks;
}
