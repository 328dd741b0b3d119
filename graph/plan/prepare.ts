/**
 * Builds objects side by side: in a short transaction the old ones are set aside, the new ones made by the statements that a
 * rehearsal learnt, and all go by other names again: the new ones by scratch names, the old ones by their own. PostgreSQL
 * itself binds the new ones to one another that way; no text is rewritten.
 */
import { isBystander, subjectKey } from "../bystander.ts";
import { describeForDdl } from "../ddl-name.ts";
import { describeIdentity, type Identity, identityKey, isRoutine } from "../identity.ts";
import { isLiveRoutine, type LiveObject } from "../live.ts";
import { find, type Planning, run } from "../request.ts";
import type { Step } from "../step.ts";
import { PreparedOutdated } from "./beside.ts";
import type { SetAside } from "./pass.ts";
import { comparablePart } from "./prepared.ts";
import { asideStatements, backStatements } from "./set-aside.ts";

/** What a rehearsal learnt of the objects that are to be built. */
export interface Preparation {
  /** What makes each, in the order in which they need one another. */
  readonly steps: readonly Step[];
  /** The old ones among them, under the scratch names that the steps give them. */
  readonly setAside: readonly SetAside[];
  /** By key: the object whose place is taken by one of another kind. */
  readonly predecessors: ReadonlyMap<string, LiveObject>;
  /** What each was in the end, by key. */
  readonly targets: ReadonlyMap<string, LiveObject>;
  /** Scratch names begin with it. */
  readonly prefix: string;
}

export interface Built {
  readonly identity: Identity;
  readonly scratch: string;
  /** See `Prepared`. */
  readonly old: string | null;
  readonly live: LiveObject;
}

/** Makes them under their own names. Throws PreparedOutdated where they come out otherwise than in the rehearsal. */
export function* makeBeside(preparation: Preparation): Planning<readonly Built[]> {
  const { steps, prefix } = preparation;
  const identities = steps.flatMap(({ identity }) => (isBystander(identity) ? [] : [identity]));
  const before = yield* find(identities);
  const replaced = [...taken(preparation)];
  const predecessors = yield* find(replaced.map(({ old }) => old.identity));
  for (const { old, scratch } of replaced)
    yield* run(asideStatements(old, describeForDdl(old.identity), scratch), old.identity);
  for (const { identity, sql } of steps) yield* run(sql, isBystander(identity) ? null : identity);
  const made = yield* find(identities);
  return identities.map((identity, i) => {
    const live = made[i];
    const key = identityKey(identity);
    const target = preparation.targets.get(key);
    if (live === null || live === undefined || target === undefined)
      throw new PreparedOutdated(describeIdentity(identity));
    if (comparablePart(live) !== comparablePart(target))
      throw new PreparedOutdated(describeIdentity(identity));
    const place = replaced.findIndex((one) => one.key === key);
    const old = (place === -1 ? before[i] : predecessors[place]) ?? null;
    return { identity, scratch: `${prefix}_${i + 1}`, old: old === null ? null : comparablePart(old), live };
  });
}

/** Gives the new ones their scratch names and the old ones their own. */
export function* nameApart(preparation: Preparation, built: readonly Built[]): Planning<void> {
  // While row types go by their own names, signatures are what they were.
  for (const one of routinesFirst(built))
    yield* run(asideStatements(one.live, describeForDdl(one.identity), one.scratch), one.identity);
  const keys = new Set(preparation.steps.map((step) => subjectKey(step.identity)));
  const aside = preparation.setAside.filter(({ live }) => keys.has(identityKey(live.identity)));
  const olds = [
    ...aside.map(({ live, scratch }) => ({ live, scratch })),
    ...[...taken(preparation)].map(({ old, scratch }) => ({ live: old, scratch })),
  ];
  const routines = olds.filter(({ live }) => isLiveRoutine(live));
  for (const { live, scratch } of [...olds.filter(({ live }) => !isLiveRoutine(live)), ...routines])
    yield* run(backStatements(live, scratch), live.identity);
}

function routinesFirst(built: readonly Built[]): readonly Built[] {
  return [
    ...built.filter((one) => isRoutine(one.identity)),
    ...built.filter((one) => !isRoutine(one.identity)),
  ];
}

/** What has the name that one of another kind takes. */
function* taken({ steps, predecessors, prefix }: Preparation) {
  for (const [i, { identity }] of steps.entries()) {
    const key = subjectKey(identity);
    const old = predecessors.get(key);
    if (old !== undefined) yield { key, old, scratch: `${prefix}_p${i + 1}` };
  }
}
