/** Planning: from what differs between files, ledger and database to the steps that bring them together. */
import type { AppliedObject } from "../applied.ts";
import type { AroundStatement } from "../around.ts";
import { subjectKey } from "../bystander.ts";
import type { CarriedBlock } from "../carry.ts";
import type { Desired } from "../desired.ts";
import { type Identity, identityKey, isChild } from "../identity.ts";
import type { LiveObject } from "../live.ts";
import { find, type Planning, underPath, withNamesakes } from "../request.ts";
import { type Cost, PlanError, type Step } from "../step.ts";
import { runAround } from "./around.ts";
import { alterAttachments } from "./attachments.ts";
import type { Beside, IndexToBuild } from "./beside.ts";
import { blockedBy } from "./blocked.ts";
import { runBlock } from "./carry.ts";
import { changeObject } from "./change.ts";
import { toldCosts } from "./costs.ts";
import { createObject, remakeChild } from "./create.ts";
import { findDrift } from "./drift.ts";
import { finishPass } from "./finish.ts";
import { enqueue, type Lock, type Pass, type RefreshMode, type SetAside, takeNext } from "./pass.ts";
import { checkPrepared, isMadeBeside } from "./prepared.ts";
import { mostTogether, rebindTogether, takeRebindings } from "./rebind-together.ts";
import { reconcileAttachments } from "./reconcile.ts";
import { makeAgain } from "./recreate.ts";
import { removeObjects } from "./remove.ts";
import { restartLocks } from "./restart.ts";
import { noReasons, type Reasons, type Work } from "./work.ts";

export interface PlanInput {
  readonly desired: Desired;
  readonly applied: ReadonlyMap<string, AppliedObject>;
  /** Declared objects to look at. */
  readonly changes: readonly {
    readonly key: string;
    readonly reasons: Partial<Reasons>;
    readonly why: string;
  }[];
  /** Keys of applied objects that no file declares any more, where this run judges that. */
  readonly removed: ReadonlySet<string>;
  /** Oids of tables whose columns changed since the last apply. */
  readonly reshaped?: readonly number[];
  /** Locked in this order before the pass began. */
  readonly locks: readonly Lock[];
  /** Overwrite what was changed in the database. */
  readonly takeFiles: boolean;
  /** The costs that may be run up. */
  readonly allow: ReadonlySet<Cost["kind"]>;
  /** Everything will be rolled back. */
  readonly rehearsal: boolean;
  /** Which materialized views are filled again beside those that are made anew; none where it is left out. */
  readonly refresh?: RefreshMode;
  /** False: materialized views that are made or made anew are left without data. */
  readonly fill?: boolean;
  /** Statements that change tables, to be run before anything is made. */
  readonly around?: readonly AroundStatement[];
  /** A block to run, with what is there and it does not know of. Nothing else is changed then. */
  readonly block?: CarriedBlock;
  /** Objects that were refused: they and what needs them are left out, and the plan is not finished. */
  readonly failed?: ReadonlySet<string>;
  /** Left out: everything is done in the plan's own transaction. */
  readonly beside?: Beside;
  /** The search_path of an object's text, where objects have different ones. */
  readonly pathOf?: (key: string) => readonly string[] | undefined;
  /** PostgreSQL 14 replaces a view and keeps the collations of its columns, whatever the query says. */
  readonly keepsCollations?: boolean;
}

export type PassResult =
  | {
      readonly kind: "planned";
      readonly steps: readonly Step[];
      readonly costs: readonly Cost[];
      readonly warnings: readonly string[];
      /** Keys of objects whose text changed and means the same. */
      readonly equal: ReadonlySet<string>;
      /** Materialized views that were filled, or with `beside` are to be filled again behind the plan. */
      readonly refreshes: Pass["refreshes"];
      /** Indexes of filled materialized views that the plan built, or a rehearsal would. */
      readonly indexes: readonly IndexToBuild[];
      /** Old objects that were renamed, and those whose place another identity takes, by its key. */
      readonly setAside: readonly SetAside[];
      readonly predecessors: ReadonlyMap<string, LiveObject>;
    }
  /** Roll back, lock these in this order, and plan again. */
  | { readonly kind: "restart"; readonly locks: readonly Lock[] };

/** Plans and, through the requests, does it: what the driver keeps is up to the driver. */
export function* planChanges(input: PlanInput): Planning<PassResult> {
  const pass = newPass(input);
  const identities = [...input.changes.map((change) => change.key), ...input.removed].map((key) =>
    identityOf(input, key),
  );
  const found = yield* find(identities);
  for (const object of found) if (object !== null) pass.before.set(identityKey(object.identity), object);
  for (const change of input.changes)
    enqueueChange(pass, input, change.key, { ...noReasons, ...change.reasons }, change.why);
  const fresh = [...pass.queue.values()].filter((work) => work.live === null && !isChild(work.identity));
  for (const identity of yield* withNamesakes(fresh.map((work) => work.identity)))
    pass.namesakes.add(identityKey(identity));
  const removed = [...input.removed].map((key) => removedWork(pass, input, key));
  if (!pass.takeFiles) {
    const looked = [...pass.queue.values(), ...removed];
    for (const [path, some] of byPath(looked, input)) yield* underPath(path, findDrift(pass, some));
  }
  if (pass.problems.length > 0) throw new PlanError(pass.problems);
  if (!(yield* removeObjects(pass, removed))) return yield* restart(pass, input);
  if (!(yield* runAround(pass, input.around ?? []))) return yield* restart(pass, input);
  const behind = input.block === undefined ? [] : yield* runBlock(pass, input.block);
  if (behind === null) return yield* restart(pass, input);
  for (;;) {
    // Of several search paths each text is read by its own.
    const rebindings = input.pathOf === undefined ? takeRebindings(pass) : [];
    if (rebindings.length > 0) {
      for (const left of yield* rebindTogether(pass, rebindings)) enqueue(pass, left, null);
      continue;
    }
    const work = takeNext(pass);
    if (work === undefined) break;
    if (pass.blocked.has(work.key)) continue;
    const before = pass.steps.length;
    if (!(yield* blamed(work, underPath(input.pathOf?.(work.key), processWork(pass, work)))))
      return yield* restart(pass, input);
    // One that was bound in place alone: others may be so together again.
    if (pass.together < 2 && pass.steps[before]?.kind === "rebind") pass.together = 2;
    pass.done.add(work.key);
  }
  if (pass.problems.length > 0) throw new PlanError(pass.problems);
  if (input.failed === undefined) {
    yield* finishPass(pass, behind);
    yield* checkPrepared(pass);
  }
  return {
    kind: "planned",
    steps: pass.steps,
    costs: toldCosts(pass),
    warnings: pass.warnings,
    equal: pass.equal,
    refreshes: pass.refreshes,
    indexes: pass.indexes,
    setAside: pass.setAside,
    predecessors: pass.predecessors,
  };
}

function byPath(
  work: readonly Work[],
  { pathOf }: PlanInput,
): ReadonlyMap<readonly string[] | undefined, readonly Work[]> {
  if (pathOf === undefined) return new Map([[undefined, work]]);
  const groups = new Map<readonly string[] | undefined, Work[]>();
  for (const one of work) {
    const path = pathOf(one.key);
    groups.set(path, [...(groups.get(path) ?? []), one]);
  }
  return groups;
}

/** Whatever is refused meanwhile is this object's affair. */
function* blamed<T>(work: Work, planning: Planning<T>): Planning<T> {
  try {
    return yield* planning;
  } catch (error) {
    throw error instanceof PlanError ? new PlanError(error.problems, error.about ?? work.key) : error;
  }
}

/** False: the pass must restart with more relations locked. */
function* processWork(pass: Pass, work: Work): Planning<boolean> {
  const live = yield* currentLive(pass, work);
  const current = { ...work, live: pass.before.get(work.key) ?? live };
  if (work.reasons.remake) {
    yield* remakeChild(pass, current);
    return true;
  }
  const gone = pass.dropped.get(work.key);
  if (gone !== undefined) {
    pass.dropped.delete(work.key);
    yield* makeAgain(pass, current, gone);
    return true;
  }
  if (live === null) {
    if (work.reasons.changed) yield* createObject(pass, work);
    return true;
  }
  const looks =
    work.reasons.changed || work.reasons.rebind || work.reasons.analyse || isMadeBeside(pass, work.key);
  const steps = pass.steps.length;
  if (looks && !(yield* changeObject(pass, current, live))) return false;
  const stepped = pass.steps.slice(steps).some((step) => subjectKey(step.identity) === work.key);
  if (stepped) {
    // The step brought along what hung on the object, changed by hand or not.
    if (pass.takeFiles && work.applied?.live === "changed") yield* reconcileAttachments(pass, current);
    return true;
  }
  if (pass.standing.has(work.key)) return true;
  const distrusted = work.applied === null ? work.reasons.changed : work.applied.live !== "same";
  if (distrusted && pass.problems.length === 0) yield* reconcileAttachments(pass, current);
  else if (work.reasons.attachments || work.reasons.changed) yield* alterAttachments(pass, current);
  return true;
}

/** The object as it is now; one that this pass has changed already is read again. */
function* currentLive(pass: Pass, work: Work): Planning<LiveObject | null> {
  if (pass.dropped.has(work.key)) return null;
  const known = pass.before.get(work.key);
  const stepped = pass.stepped.has(work.key);
  // A stub stands in its place, or nothing: it is bound as what it was.
  if (known !== undefined && pass.detached.has(known.oid) && !stepped) return known;
  const again = pass.renamed || stepped;
  if (known !== undefined && !again) return known;
  if (known === undefined && work.applied === null && work.live === null && !work.reasons.analyse)
    return null;
  const [now] = yield* find([work.identity]);
  if (now !== null && now !== undefined && known === undefined) pass.before.set(work.key, now);
  // A routine over a row type that was set aside goes by another name now; it is there all the same.
  return now ?? known ?? null;
}

function enqueueChange(pass: Pass, input: PlanInput, key: string, reasons: Reasons, why: string): void {
  const declared = input.desired.objects.get(key);
  if (declared === undefined) throw new Error(`no component declares ${key}`);
  const applied = input.applied.get(key) ?? null;
  const live = pass.before.get(key) ?? null;
  enqueue(
    pass,
    { key, identity: declared.identity, declared, applied, definition: declared, reasons, why, live },
    null,
  );
}

function removedWork(pass: Pass, input: PlanInput, key: string): Work {
  const applied = input.applied.get(key);
  if (applied === undefined) throw new Error(`the ledger does not know ${key}`);
  const { identity, definition } = applied;
  const live = pass.before.get(key) ?? null;
  return {
    key,
    identity,
    declared: null,
    applied,
    definition,
    reasons: noReasons,
    why: "its component vanished",
    live,
  };
}

function identityOf(input: PlanInput, key: string): Identity {
  const identity = input.desired.objects.get(key)?.identity ?? input.applied.get(key)?.identity;
  if (identity === undefined) throw new Error(`unknown object ${key}`);
  return identity;
}

function newPass(input: PlanInput): Pass {
  return {
    desired: input.desired,
    applied: input.applied,
    before: new Map(),
    removed: input.removed,
    changed: new Set(input.changes.map((change) => change.key)),
    locked: new Set(input.locks.map((lock) => lock.key)),
    takeFiles: input.takeFiles,
    allow: input.allow,
    rehearsal: input.rehearsal,
    refresh: input.refresh ?? "none",
    fill: input.fill !== false,
    detached: new Set(),
    dropped: new Map(),
    keepsCollations: input.keepsCollations === true,
    namesakes: new Set(),
    queue: new Map(),
    sorted: null,
    done: new Set(),
    alone: new Set(),
    together: mostTogether,
    touched: new Map(),
    lockMissing: false,
    fixtures: new Map(),
    setAside: [],
    usedOperators: new Set(),
    operatorsAside: [],
    typeNames: new Map(),
    predecessors: new Map(),
    refreshes: [],
    beside: input.beside ?? null,
    indexes: [],
    reshaped: { oids: new Set(input.reshaped ?? []), types: new Set() },
    steps: [],
    stepped: new Set(),
    renamed: false,
    costs: [],
    warnings: [],
    problems: [],
    equal: new Set(),
    asApplied: new Set(),
    standing: new Set(),
    blocked: blockedBy(input.desired, input.failed ?? new Set()),
    unchecked: new Set(),
    ranks: new Map(),
    unmanagedRanks: new Map(),
    scratchNames: 0,
  };
}

function* restart(pass: Pass, input: PlanInput): Planning<PassResult> {
  return { kind: "restart", locks: yield* restartLocks(pass, input.locks) };
}
