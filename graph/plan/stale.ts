/** Materialized views whose rows are no longer what their query gives, because something that they read changed. */
import { describeSubject, subjectKey } from "../bystander.ts";
import { describeForDdl } from "../ddl-name.ts";
import { compareIdentities, describeIdentity, type Identity, identityKey } from "../identity.ts";
import type { LiveRelation } from "../live.ts";
import { find, type Planning } from "../request.ts";
import type { StepKind } from "../step.ts";
import type { Pass } from "./pass.ts";
import { rankObjects } from "./rank.ts";

/** Steps after which something else may come out of an object. */
const changing: ReadonlySet<StepKind> = new Set(["create", "replace", "recreate", "rename-column"]);

/**
 * Queues the materialized views that are to be filled again beside those that were made anew, and tells those that are
 * stale and stay so. What is filled is then in the order in which they read one another.
 */
export function* refreshStale(pass: Pass): Planning<void> {
  const stale = staleViews(pass);
  const wanted = pass.refresh === "all" ? materializedViews(pass) : [...stale.keys()];
  const queued = new Set([
    ...pass.refreshes.map((one) => identityKey(one.identity)),
    ...(pass.beside?.prepared.keys() ?? []),
  ]);
  const identities = wanted
    .filter((key) => !queued.has(key))
    .flatMap((key): Identity[] => {
      const declared = pass.desired.objects.get(key);
      return declared === undefined ? [] : [declared.identity];
    })
    // The same whatever order the files came in.
    .sort(compareIdentities);
  for (const live of yield* find(identities)) {
    if (live?.kind !== "materialized view" || !live.populated) continue;
    const why = stale.get(identityKey(live.identity)) ?? "--refresh all";
    if (pass.refresh === "none") {
      const name = describeIdentity(live.identity);
      pass.warnings.push(`${name} may be stale: ${why}; --refresh affected fills it again`);
    } else queueStale(pass, live, why);
  }
  inOrderOfReading(pass);
}

function queueStale(pass: Pass, live: LiveRelation, why: string): void {
  const { identity, rows, bytes } = live;
  pass.refreshes.push({
    identity,
    component: pass.desired.objects.get(identityKey(identity))?.component ?? null,
    cost: { relation: identity, kind: "repopulate", rows, bytes },
    why,
    // Its readers go on with the old rows meanwhile.
    concurrently: live.indexes.some((index) => index.identifiesRows),
    again: true,
  });
}

/** By key: what changed below it. What a step made anew is filled already. */
function staleViews(pass: Pass): ReadonlyMap<string, string> {
  const stale = new Map<string, string>();
  const seen = new Set<string>();
  const waiting = pass.steps
    .filter((step) => changing.has(step.kind) && step.auxiliary !== true)
    .map((step) => ({ key: subjectKey(step.identity), why: `${describeSubject(step.identity)} changed` }))
    .reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { from } of pass.desired.neededBy(next.key)) {
      if (seen.has(from)) continue;
      seen.add(from);
      if (pass.desired.objects.get(from)?.identity.kind === "materialized view") stale.set(from, next.why);
      waiting.push({ key: from, why: next.why });
    }
  }
  return stale;
}

function materializedViews(pass: Pass): readonly string[] {
  return [...pass.desired.objects]
    .filter(([, { identity }]) => identity.kind === "materialized view")
    .map(([key]) => key);
}

function inOrderOfReading(pass: Pass): void {
  if (pass.refreshes.length < 2) return;
  const { ranks } = rankObjects(
    pass.desired,
    pass.refreshes.map((one) => identityKey(one.identity)),
  );
  const rank = (identity: Identity) => {
    const key = identityKey(identity);
    return ranks.get(key) ?? pass.unmanagedRanks.get(key) ?? 0;
  };
  pass.refreshes.sort((a, b) => rank(a.identity) - rank(b.identity));
}

export function refreshStatement(identity: Identity, concurrently: boolean): string {
  return `REFRESH MATERIALIZED VIEW ${concurrently ? "CONCURRENTLY " : ""}${describeForDdl(identity)}`;
}
