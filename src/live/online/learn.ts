/** Rehearses a sync until it is known which objects must be built side by side, and what each comes out as. */
import { isBystander, subjectKey } from "../../../graph/bystander.ts";
import { describeIdentity, type Identity, identityKey } from "../../../graph/identity.ts";
import type { LiveObject } from "../../../graph/live.ts";
import { builtBeside, type Reached, refuseDifferentRows } from "../../../graph/plan/built-beside.ts";
import type { Preparation } from "../../../graph/plan/prepare.ts";
import { PlanError } from "../../../graph/step.ts";
import { readLiveObjects } from "../../database/introspect.ts";
import { readReached } from "../../database/reached.ts";
import type { Planned } from "../plan-with-locks.ts";
import { type SyncInput, type SyncResult, syncComponents } from "../sync.ts";
import type { SyncLearnt } from "./online-run.ts";

/** What a sync would do, and what of it is built beforehand. */
export interface Lesson {
  readonly result: SyncResult;
  /** Null where there is nothing to do. */
  readonly planned: Planned | null;
  /** Keys of the objects to build. */
  readonly built: ReadonlySet<string>;
  /** The materialized views among them that are filled, in the order in which they read one another. */
  readonly filled: readonly Identity[];
  /** What the filled ones need, in the end. */
  readonly reached: Reached;
  readonly preparation: Omit<Preparation, "prefix">;
  readonly learnt: SyncLearnt;
}

interface Rehearsed {
  readonly planned: Planned;
  readonly filled: readonly Identity[];
  readonly reached: Reached;
  readonly built: ReadonlySet<string>;
  readonly targets: ReadonlyMap<string, LiveObject>;
}

/**
 * An object that stands between is made anew too, where PostgreSQL could have replaced it, and that may reach more
 * materialized views: it is rehearsed again until nothing is added.
 */
export async function learn(input: SyncInput): Promise<Lesson> {
  const learnt: SyncLearnt = { locks: [], changed: [] };
  let anew: ReadonlySet<string> = new Set();
  for (;;) {
    let seen: Rehearsed | null = null;
    const beside = { anew, prepared: new Map(), indexes: new Map() };
    const inspect = async (planned: Planned) => {
      seen = await inspectPlanned(input, planned, anew);
    };
    const online = { beside, taken: [], learnt, inspect };
    const result = await syncComponents({ ...input, rehearsal: true, online });
    const found = seen as Rehearsed | null;
    if (found === null) return { ...nothing, result, learnt };
    const made = new Set(stepsOf(found.planned, found.built).map(({ identity }) => subjectKey(identity)));
    if ([...found.built].every((key) => made.has(key))) return lessonOf(input, result, found, learnt);
    const missing = [...found.built].filter((key) => !made.has(key));
    if (missing.every((key) => anew.has(key))) throw neverMade(found.targets, missing);
    anew = found.built;
  }
}

/** It was to be made anew, and the plan left it as it is. */
function neverMade(targets: ReadonlyMap<string, LiveObject>, missing: readonly string[]): PlanError {
  const names = missing.flatMap((key) => targets.get(key)?.identity ?? []).map(describeIdentity);
  return new PlanError([
    {
      code: "dependent-blocks",
      message: `${names.join(", ")} cannot be built side by side`,
      component: null,
      offset: null,
      fix: "run it without --online",
    },
  ]);
}

const nothing = {
  planned: null,
  built: new Set<string>(),
  filled: [],
  reached: { subjects: new Map(), needs: new Map(), policed: new Set<string>() },
  preparation: { steps: [], setAside: [], predecessors: new Map(), targets: new Map(), gone: [] },
};

/** Before it is rolled back: the catalog says what the new objects need. */
async function inspectPlanned(
  { database }: SyncInput,
  planned: Planned,
  anew: ReadonlySet<string>,
): Promise<Rehearsed> {
  const filled = planned.refreshes.filter(({ again }) => !again).map(({ identity }) => identity);
  if (filled.length === 0)
    return { planned, filled, reached: nothing.reached, built: new Set(), targets: new Map() };
  const reached = await readReached(database, filled);
  const keys = builtBeside(filled.map(identityKey), reached, planned.steps);
  const built = new Set([...anew, ...keys]);
  const identities = [...built].flatMap((key) => identityOf(planned, reached, key));
  const targets = await readLiveObjects(database, identities);
  return { planned, filled, reached, built, targets };
}

function identityOf(planned: Planned, reached: Reached, key: string): readonly Identity[] {
  const subject =
    reached.subjects.get(key) ?? planned.steps.find(({ identity }) => subjectKey(identity) === key)?.identity;
  return subject === undefined || isBystander(subject) ? [] : [subject];
}

function lessonOf(input: SyncInput, result: SyncResult, found: Rehearsed, learnt: SyncLearnt): Lesson {
  const { planned, built, filled, reached, targets } = found;
  if (filled.length > 0) refuseDifferentRows(filled.map(identityKey), reached, planned.steps, input.desired);
  const steps = stepsOf(planned, built);
  const { setAside, predecessors } = planned;
  const dropped = planned.steps.flatMap(({ kind, identity }) =>
    kind === "drop" && !isBystander(identity) ? [identity] : [],
  );
  const others = setAside.filter((old) => old.gone !== null).map(({ live }) => live.identity);
  // One that was set aside has a step that drops it, too.
  const gone = [...new Map([...dropped, ...others].map((one) => [identityKey(one), one])).values()];
  const preparation = { steps, setAside, predecessors, targets, gone };
  return { result, planned, built, filled, reached, preparation, learnt };
}

/** The steps that make the objects, one each. */
function stepsOf(planned: Planned, built: ReadonlySet<string>) {
  return planned.steps.filter(
    ({ kind, identity, auxiliary }) =>
      (kind === "create" || kind === "recreate") && auxiliary !== true && built.has(subjectKey(identity)),
  );
}
