/**
 * Builds objects side by side: in a short transaction the old ones are set aside, the new ones made by the statements that a
 * rehearsal learnt, and all go by other names again: the new ones by scratch names, the old ones by their own. PostgreSQL
 * itself binds the new ones to one another that way; no text is rewritten.
 */
import { isBystander, subjectKey } from "../bystander.ts";
import { describeForDdl } from "../ddl-name.ts";
import { describeIdentity, type Identity, identityKey, isRelation, isRoutine } from "../identity.ts";
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
  /** What the plan drops, and what it holds names with that new objects may take. */
  readonly gone: readonly Identity[];
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

/** An old object and its name meanwhile. */
interface Aside {
  readonly live: LiveObject;
  readonly scratch: string;
}

/** Between `makeBeside` and `nameApart` all new ones go by their own names. */
export interface MadeBeside {
  readonly built: readonly Built[];
  readonly going: readonly Aside[];
}

/** Makes them under their own names. Throws PreparedOutdated where they come out otherwise than in the rehearsal. */
export function* makeBeside(preparation: Preparation): Planning<MadeBeside> {
  const { steps, prefix } = preparation;
  const identities = steps.flatMap(({ identity }) => (isBystander(identity) ? [] : [identity]));
  const before = yield* find(identities);
  const going = yield* goingAside(preparation);
  for (const { live, scratch } of going)
    yield* run(asideStatements(live, describeForDdl(live.identity), scratch), live.identity);
  for (const { identity, sql } of steps) yield* run(sql, isBystander(identity) ? null : identity);
  const made = yield* find(identities);
  const built = identities.map((identity, i) => {
    const live = made[i];
    const key = identityKey(identity);
    const target = preparation.targets.get(key);
    if (live === null || live === undefined || target === undefined)
      throw new PreparedOutdated(describeIdentity(identity));
    if (comparablePart(live) !== comparablePart(target))
      throw new PreparedOutdated(describeIdentity(identity));
    const predecessor = preparation.predecessors.get(key);
    const place = predecessor === undefined ? null : identityKey(predecessor.identity);
    const taken = going.find((one) => identityKey(one.live.identity) === place)?.live ?? null;
    const old = place === null ? (before[i] ?? null) : taken;
    return { identity, scratch: `${prefix}_${i + 1}`, old: old === null ? null : comparablePart(old), live };
  });
  return { built, going };
}

/** As they are, under the names that they get meanwhile. */
function* goingAside({ gone, prefix }: Preparation): Planning<readonly Aside[]> {
  // A signature may name a row type that goes too.
  const found = yield* find([...gone.filter(isRoutine), ...gone.filter(isRelation)]);
  return found.flatMap((live, i) => (live === null ? [] : [{ live, scratch: `${prefix}_g${i + 1}` }]));
}

/** Gives the new ones their scratch names and the old ones their own. */
export function* nameApart(preparation: Preparation, { built, going }: MadeBeside): Planning<void> {
  // While row types go by their own names, signatures are what they were.
  for (const one of routinesFirst(built))
    yield* run(asideStatements(one.live, describeForDdl(one.identity), one.scratch), one.identity);
  const keys = new Set(preparation.steps.map((step) => subjectKey(step.identity)));
  const aside = preparation.setAside.filter(({ live }) => keys.has(identityKey(live.identity)));
  const olds: readonly Aside[] = [...aside, ...going];
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
