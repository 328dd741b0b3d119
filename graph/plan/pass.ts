/**
 * One pass of planning: its queue, what it did so far, and the relations that it may touch. A pass that needs a
 * relation which was not locked at its start ends with `restart`: everything is rolled back and the next pass locks
 * that relation too, so that locks are always taken in one order, outermost dependents first.
 */
import type { AppliedObject } from "../applied.ts";
import { isBystander, type Subject, subjectKey } from "../bystander.ts";
import type { Desired } from "../desired.ts";
import type { FixtureHost } from "../fixture.ts";
import { compareIdentities, type Identity, identityKey, isChild, isRelation } from "../identity.ts";
import type { LiveObject, LiveRelation } from "../live.ts";
import type { Cost, Problem, Step } from "../step.ts";
import type { Beside, IndexToBuild } from "./beside.ts";
import { rankObjects, reachesItself } from "./rank.ts";
import type { WaitingFixture } from "./waiting-fixture.ts";
import { joinReasons, type Work } from "./work.ts";

/** An old object under its scratch name, to be dropped when nothing needs it any more. */
export interface SetAside {
  readonly live: LiveObject;
  readonly scratch: string;
  readonly component: string | null;
  /** Why it goes where its component vanished; null where the same object was made anew. */
  readonly gone: string | null;
  /** By a block that drops it itself. */
  readonly byBlock?: true;
}

/** `affected`: those that read something that changed. */
export type RefreshMode = "affected" | "none" | "all";

/** A relation to lock: one of the managed kinds, or a table that a trigger or policy stands on. */
export interface Lock {
  readonly key: string;
  readonly kind: "view" | "materialized view" | "table";
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  /** Nothing has touched it yet: it is locked because it probably will be, where the role may. */
  readonly ahead?: true;
}

export interface Pass {
  readonly desired: Desired;
  readonly applied: ReadonlyMap<string, AppliedObject>;
  /** Everything that was looked up when the pass began, before any rename. */
  readonly before: Map<string, LiveObject>;
  /** Keys of objects that the ledger knows and no file declares any more. */
  readonly removed: ReadonlySet<string>;
  /** Keys of the declared objects that differ from the ledger. */
  readonly changed: ReadonlySet<string>;
  readonly locked: ReadonlySet<string>;
  readonly takeFiles: boolean;
  /** The costs that may be run up. */
  readonly allow: ReadonlySet<Cost["kind"]>;
  /** Everything is rolled back: costs are told and nothing is asked. */
  readonly rehearsal: boolean;
  readonly keepsCollations: boolean;
  /** Keys of new objects that may capture what is bound to another overload or to another schema's relation. */
  readonly namesakes: Set<string>;
  readonly queue: Map<string, Work>;
  readonly done: Set<string>;
  /** Keys of dependents that cannot be bound anew together with others. */
  readonly alone: Set<string>;
  /** How many dependents are bound anew in one question; below two: each alone. */
  together: number;
  /** The keys of the queue, the next one last; null where it must be sorted anew. */
  sorted: string[] | null;
  readonly touched: Map<string, Lock>;
  /** True where a relation must be changed that was not locked at the start: the pass will restart. */
  lockMissing: boolean;
  readonly setAside: SetAside[];
  /** Oids of what stubs stand in for, or what went, while a table is changed. */
  readonly detached: Set<number>;
  /** Detached materialized views by key: they are gone until their turn. */
  readonly dropped: Map<string, LiveRelation>;
  /** What tables and the like hold on to, by key: bound at the end of the pass. */
  readonly fixtures: Map<string, WaitingFixture>;
  /** Keys of operators that others use: they are set aside, and bound as soon as their function stands. */
  readonly usedOperators: Set<string>;
  /** How the operators that were set aside are dropped. */
  readonly operatorsAside: { readonly waiting: WaitingFixture; readonly drop: readonly string[] }[];
  /** `public.v` and its array under the name that they have after being set aside. */
  readonly typeNames: Map<string, string>;
  /** The object that went and whose place this key takes: its grants, owner and comment pass on. */
  readonly predecessors: Map<string, LiveObject>;
  readonly refreshes: {
    readonly identity: Identity;
    readonly component: string | null;
    readonly cost: Cost | null;
    readonly why: string;
    /** What changed below it. */
    readonly because?: Subject;
    readonly concurrently: boolean;
    /** It holds rows already, that are stale. */
    readonly again: boolean;
  }[];
  /** What is built side by side, before the plan runs; null where all is done in the plan's own transaction. */
  readonly beside: Beside | null;
  /** Indexes of filled materialized views that could be built side by side. */
  readonly indexes: IndexToBuild[];
  /** Which materialized views are filled again beside those that were made anew. */
  readonly refresh: RefreshMode;
  /** False: what is made anew is left without data. */
  readonly fill: boolean;
  /** Relations whose rows have other columns than before, and kept their row type. */
  readonly reshaped: { readonly oids: Set<number>; readonly types: Set<string> };
  readonly steps: Step[];
  /** Keys of the objects that have a step. */
  readonly stepped: Set<string>;
  /** True once columns were renamed: that rewrites the text of every dependent. */
  renamed: boolean;
  readonly costs: Cost[];
  readonly warnings: string[];
  /** Mistakes that do not keep the rest from being looked at: they are told together at the end. */
  readonly problems: Problem[];
  /** Objects whose text and live definition turned out to mean the same. */
  readonly equal: Set<string>;
  /** Objects whose catalog rows changed, and which meant what was applied when the pass began. */
  readonly asApplied: Set<string>;
  /** Objects whose catalog rows changed, and on which all that their files attach stands, and no more. */
  readonly standing: Set<string>;
  /** Keys of objects that are left out because they or something that they need was refused. */
  readonly blocked: ReadonlySet<string>;
  /** Functions made with check_function_bodies off. */
  unchecked: ReadonlySet<string>;
  ranks: ReadonlyMap<string, number>;
  /** Ranks of objects that no file declares: behind what led to them. */
  readonly unmanagedRanks: Map<string, number>;
  scratchNames: number;
}

/** Adds an object to the queue, or a reason to one that waits there. An object that is done comes back. */
export function enqueue(pass: Pass, work: Work, behind: string | null): void {
  const waiting = pass.queue.get(work.key);
  pass.done.delete(work.key);
  pass.queue.set(
    work.key,
    waiting === undefined
      ? work
      : {
          ...waiting,
          reasons: joinReasons(waiting.reasons, work.reasons),
          ...(weaker(waiting, work) ? { why: work.why, because: work.because ?? null } : {}),
        },
  );
  if (waiting === undefined) pass.sorted = null;
  if (work.declared !== null || behind === null) return;
  const floor = rankOf(pass, behind);
  // One that stands further out already has its place among those that it needs.
  if ((pass.unmanagedRanks.get(work.key) ?? floor) <= floor) pass.unmanagedRanks.set(work.key, floor + 0.5);
}

/** Objects that no file declares, in their order, behind what led to them and before the next declared one. */
export function rankStrangers(
  pass: Pass,
  keys: readonly string[],
  behind: string,
  floors: ReadonlyMap<string, string>,
): void {
  // Declared objects must have their ranks before others can be put behind them.
  pass.sorted = sortQueue(pass);
  let floor = rankOf(pass, behind);
  if (areInOrder(pass, keys, floor, floors)) return;
  for (const [i, key] of keys.entries()) {
    const needed = floors.get(key);
    if (needed !== undefined) floor = Math.max(floor, Math.floor(rankOf(pass, needed)));
    pass.unmanagedRanks.set(key, floor + (0.9 * (i + 1)) / keys.length);
  }
  pass.sorted = null;
}

/** What else needs them was put behind the places that they have. */
function areInOrder(
  pass: Pass,
  keys: readonly string[],
  floor: number,
  floors: ReadonlyMap<string, string>,
): boolean {
  let last = floor;
  return keys.every((key) => {
    const rank = pass.unmanagedRanks.get(key);
    const needed = floors.get(key);
    if (rank === undefined || rank <= last || (needed !== undefined && rank <= rankOf(pass, needed)))
      return false;
    last = rank;
    return true;
  });
}

/** A look at what may have drifted, and any look beside a binding, are the weaker reason. */
function weaker(waiting: Work, work: Work): boolean {
  if (waiting.reasons.changed || waiting.reasons.rebind || waiting.reasons.remake) return false;
  return work.reasons.rebind || waiting.applied?.live === "changed";
}

function rankOf(pass: Pass, key: string): number {
  return pass.ranks.get(key) ?? pass.unmanagedRanks.get(key) ?? 0;
}

/** The object that takeNext would take. */
export function peekNext(pass: Pass): Work | undefined {
  pass.sorted ??= sortQueue(pass);
  const key = pass.sorted.at(-1);
  return key === undefined ? undefined : pass.queue.get(key);
}

/** Takes the next object: what is needed before what needs it. */
export function takeNext(pass: Pass): Work | undefined {
  pass.sorted ??= sortQueue(pass);
  const key = pass.sorted.pop();
  const work = key === undefined ? undefined : pass.queue.get(key);
  if (work !== undefined) pass.queue.delete(work.key);
  return work;
}

/** The keys of the queue, the next one last. A single object needs no order: ranking walks over all that depends on it. */
function sortQueue(pass: Pass): string[] {
  const works = [...pass.queue.values()];
  const unranked = works.filter((work) => work.declared !== null && !pass.ranks.has(work.key));
  const [first] = unranked;
  if (
    first !== undefined &&
    (works.length > 1 || (first.reasons.changed && reachesItself(pass.desired, first.key)))
  ) {
    const managed = works.filter((work) => work.declared !== null).map((work) => work.key);
    const ranked = rankObjects(pass.desired, [...pass.ranks.keys(), ...managed]);
    pass.ranks = ranked.ranks;
    pass.unchecked = ranked.unchecked;
  }
  works.sort(
    (a, b) => rankOf(pass, b.key) - rankOf(pass, a.key) || compareIdentities(b.identity, a.identity),
  );
  return works.map((work) => work.key);
}

/**
 * Marks the relation of a live object as one that the plan changes. False where it is not the first and was not
 * locked at the start: the pass must restart.
 */
export function touch(pass: Pass, live: LiveObject): boolean {
  const lock = lockOf(live);
  return lock === null || touchLock(pass, lock);
}

/** The same for what a fixture stands on; LOCK TABLE refuses all others, and none of them has rows here. */
export function touchHost(pass: Pass, { subject, owner }: FixtureHost): void {
  if (isBystander(subject) && subject.kind !== "table") return;
  const { schema, name } = subject;
  if (schema === null) return;
  const kind = isBystander(subject) ? "table" : subject.kind;
  if (!touchLock(pass, { key: subjectKey(subject), kind, schema, name, owner })) pass.lockMissing = true;
}

function touchLock(pass: Pass, lock: Lock): boolean {
  if (pass.touched.has(lock.key)) return true;
  const first = pass.touched.size === 0;
  pass.touched.set(lock.key, lock);
  return pass.locked.has(lock.key) || (first && pass.locked.size === 0);
}

/** Touches every queued object that will be changed for certain: all that is missing is learnt in one pass. */
export function touchAll(pass: Pass): boolean {
  let all = !pass.lockMissing;
  for (const work of pass.queue.values()) {
    const certain = work.reasons.rebind || work.reasons.changed;
    if (work.live !== null && certain && !touch(pass, work.live)) all = false;
  }
  return all;
}

function lockOf(live: LiveObject): Lock | null {
  const { identity } = live;
  if (isRelation(identity)) {
    return {
      key: identityKey(identity),
      kind: identity.kind,
      schema: identity.schema,
      name: identity.name,
      owner: live.owner,
    };
  }
  if (!isChild(identity)) return null;
  const kind =
    live.kind === "trigger" || live.kind === "rule" || live.kind === "policy"
      ? relationNoun(live.relationKind)
      : "table";
  const name = identity.relation;
  const key =
    kind === "table"
      ? JSON.stringify(["table", identity.schema, name])
      : identityKey({ kind, schema: identity.schema, name });
  return { key, kind, schema: identity.schema, name, owner: live.owner };
}

function relationNoun(relkind: string): Lock["kind"] {
  return relkind === "v" ? "view" : relkind === "m" ? "materialized view" : "table";
}

export function addStep(pass: Pass, step: Step): void {
  pass.steps.push(step);
  pass.stepped.add(subjectKey(step.identity));
  if (step.kind === "rename-column") pass.renamed = true;
}

export function scratchName(pass: Pass): string {
  pass.scratchNames++;
  return `__migrator_old_${pass.scratchNames}`;
}
