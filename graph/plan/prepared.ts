/**
 * Objects that were built side by side: under scratch names of their own, with everything that belongs to them, filled and
 * indexed. In the plan a rename puts each in the place of the old one; what differs from what the plan would make is
 * never taken.
 */
import { describeIdentity } from "../identity.ts";
import { isLiveRelation, isLiveRoutine, type LiveObject } from "../live.ts";
import { find, type Planning } from "../request.ts";
import { PreparedOutdated } from "./beside.ts";
import { comparable } from "./comparable.ts";
import type { Pass } from "./pass.ts";
import { backStatements } from "./set-aside.ts";

export function isPrepared(pass: Pass, key: string): boolean {
  return pass.beside?.prepared.has(key) === true;
}

export function isMadeBeside(pass: Pass, key: string): boolean {
  return pass.beside?.anew.has(key) === true;
}

/** Triggers and rules stand on the old one until the plan makes them again on the new one; a row type is known by its name. */
export function comparablePart(live: LiveObject): string {
  if (live.kind === "materialized view" && live.definition.parts.kind === "materialized view") {
    // Whether it holds rows is another question.
    const parts = { ...live.definition.parts, withData: true };
    return comparable({ ...live, children: [], definition: { ...live.definition, parts } });
  }
  if (isLiveRelation(live)) return comparable({ ...live, children: [] });
  return comparable(isLiveRoutine(live) ? { ...live, rowTypes: [] } : live);
}

/** The statements that put a prepared object in its place, null where none is. `old` is what it takes the place of. */
export function takePrepared(
  pass: Pass,
  key: string,
  old: LiveObject | null,
): { readonly statements: readonly string[]; readonly target: LiveObject } | null {
  const prepared = pass.beside?.prepared.get(key);
  if (prepared === undefined) return null;
  if (prepared.old !== (old === null ? null : comparablePart(old)))
    throw new PreparedOutdated(describeIdentity(prepared.target.identity));
  const { target, scratch } = prepared;
  return { statements: backStatements(target, scratch), target };
}

/** Everything that was taken is what the plan would have made: PostgreSQL prints both alike. */
export function* checkPrepared(pass: Pass): Planning<void> {
  const wanted = [...(pass.beside?.prepared.values() ?? [])].map(({ target }) => target);
  const made = yield* find(wanted.map(({ identity }) => identity));
  for (const [i, target] of wanted.entries()) {
    const now = made[i];
    if (now === null || now === undefined || comparablePart(now) !== comparablePart(target))
      throw new PreparedOutdated(describeIdentity(target.identity));
  }
}
