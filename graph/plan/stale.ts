/** Materialized views whose rows are no longer what their query gives, because something that they read changed. */
import { describeSubject, isBystander, type Subject, subjectKey } from "../bystander.ts";
import { describeForDdl } from "../ddl-name.ts";
import { compareIdentities, describeIdentity, type Identity, identityKey, isChild } from "../identity.ts";
import type { LiveRelation } from "../live.ts";
import { find, materializedReaders, onlyAppended, type Planning } from "../request.ts";
import type { Step, StepKind } from "../step.ts";
import type { Pass } from "./pass.ts";
import { rankObjects } from "./rank.ts";

/** Steps after which something else may come out of an object. */
const changing: ReadonlySet<StepKind> = new Set(["create", "replace", "recreate", "rename-column", "rebind"]);

/**
 * Queues the materialized views that are to be filled again beside those that were made anew, and tells those that are
 * stale and stay so. What is filled is then in the order in which they read one another. What no file declares is told alone.
 */
export function* refreshStale(pass: Pass): Planning<void> {
  const { stale, strangers } = yield* findStale(pass);
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
    const { why, because } = stale.get(identityKey(live.identity)) ?? { why: "--refresh all" };
    if (pass.refresh === "none") {
      const name = describeIdentity(live.identity);
      pass.warnings.push(`${name} may be stale: ${why}; --refresh affected fills it again`);
    } else queueStale(pass, live, why, because);
  }
  for (const { identity, owner, why } of strangers) {
    // It is filled in this run.
    if (queued.has(identityKey(identity))) continue;
    const name = describeIdentity(identity);
    const refresh = refreshStatement(identity, false);
    pass.warnings.push(
      `${name} (unmanaged, owned by ${owner}) may be stale: ${why}; ${refresh} fills it again`,
    );
  }
  inOrderOfReading(pass);
}

function queueStale(pass: Pass, live: LiveRelation, why: string, because: Subject | undefined): void {
  const { identity, rows, bytes } = live;
  pass.refreshes.push({
    identity,
    component: pass.desired.objects.get(identityKey(identity))?.component ?? null,
    cost: { relation: identity, kind: "repopulate", rows, bytes },
    why,
    ...(because === undefined ? {} : { because }),
    // Its readers go on with the old rows meanwhile.
    concurrently: live.indexes.some((index) => index.identifiesRows),
    again: true,
  });
}

interface Cause {
  readonly why: string;
  readonly because?: Subject;
}

interface Stale {
  /** Declared materialized views by key, and what changed below each. */
  readonly stale: ReadonlyMap<string, Cause>;
  /** Those that no file declares. */
  readonly strangers: readonly {
    readonly identity: Identity;
    readonly owner: string;
    readonly why: string;
  }[];
}

/** What a step made anew is filled already. Where something is stale, it is asked which changes only appended columns. */
function* findStale(pass: Pass): Planning<Stale> {
  const steps = pass.steps.filter((step) => changing.has(step.kind) && step.auxiliary !== true);
  const first = walkUp(pass, steps, new Set());
  const read = yield* strangersAbove(pass, first);
  if (first.stale.size + read.length === 0) return { stale: first.stale, strangers: [] };
  const harmless = yield* harmlessSteps(pass, steps);
  if (harmless.size === 0) return { stale: first.stale, strangers: read };
  const rest = walkUp(pass, steps, harmless);
  return { stale: rest.stale, strangers: yield* strangersAbove(pass, rest) };
}

interface Walk {
  readonly stale: ReadonlyMap<string, Cause>;
  /** What changed, or reads what changed in a way of which PostgreSQL has no record. */
  readonly changed: readonly Identity[];
}

/** A quoted body reads all columns that there are when it runs: it sees those that were only appended, too. */
function walkUp(pass: Pass, steps: readonly Step[], harmless: ReadonlySet<string>): Walk {
  const stale = new Map<string, Cause>();
  const changed: Identity[] = [];
  const seen = new Set<string>();
  const waiting = steps
    .map(({ identity }) => {
      const key = subjectKey(identity);
      const cause = { why: `${describeSubject(identity)} changed`, because: identity };
      return { key, cause, harmless: harmless.has(key) };
    })
    .reverse();
  for (const { identity, kind } of steps)
    if (
      kind !== "create" &&
      !isBystander(identity) &&
      !isChild(identity) &&
      !harmless.has(subjectKey(identity))
    )
      changed.push(identity);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { from, strength } of pass.desired.neededBy(next.key)) {
      if (seen.has(from) || (strength === "hard" && next.harmless)) continue;
      seen.add(from);
      const reader = pass.desired.objects.get(from);
      if (reader?.identity.kind === "materialized view") stale.set(from, next.cause);
      if (reader !== undefined && strength !== "hard") changed.push(reader.identity);
      waiting.push({ key: from, cause: next.cause, harmless: false });
    }
  }
  return { stale, changed };
}

function* strangersAbove(pass: Pass, { changed }: Walk): Planning<Stale["strangers"]> {
  const gone = new Set(pass.setAside.map((old) => old.live.oid));
  const [first] = changed;
  const why =
    changed.length === 1 && first !== undefined
      ? `${describeIdentity(first)} changed`
      : "what it reads changed";
  return (yield* materializedReaders(changed))
    .filter(({ oid, identity }) => !gone.has(oid) && !pass.desired.objects.has(identityKey(identity)))
    .map(({ identity, owner }) => ({ identity, owner, why }))
    .sort((a, b) => compareIdentities(a.identity, b.identity));
}

/** Keys of the views that give the same rows as before in the columns that they had. */
function* harmlessSteps(pass: Pass, steps: readonly Step[]): Planning<ReadonlySet<string>> {
  const before = steps.flatMap(({ kind, identity }): LiveRelation[] => {
    const live = kind === "replace" || kind === "rebind" ? pass.before.get(subjectKey(identity)) : undefined;
    return live?.kind === "view" ? [live] : [];
  });
  const after = yield* find(before.map(({ identity }) => identity));
  const pairs = before.flatMap((old, i) => {
    const now = after[i];
    if (now?.kind !== "view" || JSON.stringify(now.options) !== JSON.stringify(old.options)) return [];
    return [{ key: identityKey(old.identity), before: old.definition.sql, after: now.definition.sql }];
  });
  const appended = yield* onlyAppended(pairs);
  return new Set(pairs.filter((_, i) => appended[i] === true).map(({ key }) => key));
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
