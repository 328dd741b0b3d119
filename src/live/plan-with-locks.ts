/** Plans until a pass gets by with the relations that were locked at its start. The caller's transaction keeps the result. */
import type { AppliedObject } from "../../graph/applied.ts";
import { describeIdentity, isRelation, type RelationIdentity } from "../../graph/identity.ts";
import type { Lock } from "../../graph/plan/pass.ts";
import { type PassResult, type PlanInput, planChanges } from "../../graph/plan/plan.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { type DriveOptions, drive } from "../database/drive.ts";
import { isLockFailure, lockStatements, presentLocks } from "../database/lock.ts";
import { locksAbove } from "../database/locks-above.ts";
import type { Changes } from "./changes.ts";
import type { Telling } from "./working.ts";

/** What outlives a transaction that met a lock. */
export interface Learnt {
  /** The relations to lock at the start of the next. */
  locks: readonly Lock[];
  /** A pass that did not hold all that it needed met a lock: the next holds all that may be needed. */
  blocked?: boolean;
}

/** What is planned for, and what the ledger says of it. */
interface Known {
  readonly applied: ReadonlyMap<string, AppliedObject>;
  readonly changed: Changes["changed"];
}

/** How a plan is made, whatever for. */
export type PlanSettings = Pick<
  PlanInput,
  | "desired"
  | "pathOf"
  | "takeFiles"
  | "rehearsal"
  | "allow"
  | "refresh"
  | "fill"
  | "around"
  | "block"
  | "beside"
> & {
  readonly searchPath: readonly string[];
  /** As in DriveOptions. */
  readonly named?: readonly string[];
  /** In milliseconds. */
  readonly lockTimeout: number;
  readonly onWorking?: Telling["working"];
};

export interface LockedPlan extends Known, PlanSettings {
  readonly removed: ReadonlySet<string>;
  /** Oids, as in PlanInput. */
  readonly reshaped: readonly number[];
  /** Asked before relations are locked: those that can be. Throws where the plan cannot go on. */
  readonly beforeLocks?: (locks: readonly Lock[]) => Promise<readonly Lock[]>;
  /** Objects that were refused, as in PlanInput. */
  readonly failed?: ReadonlySet<string>;
  /** Null, or how to read what the pass touched and took to be as it was applied last. It is taken back first. */
  readonly unknownTo?: (result: PassResult) => (() => Promise<Known>) | null;
}

export type Planned = Extract<PassResult, { kind: "planned" }>;

export interface PlannedWithLocks {
  readonly result: Planned;
  /** The statements that locked. */
  readonly locks: readonly string[];
}

export async function planWithLocks(
  database: Database,
  plan: LockedPlan,
  learnt: Learnt = { locks: [] },
): Promise<PlannedWithLocks> {
  try {
    return await planUntilLocked(database, plan, learnt);
  } catch (error) {
    if (error instanceof DatabaseError && isLockFailure(error)) learnt.blocked = true;
    throw error;
  }
}

async function planUntilLocked(
  database: Database,
  plan: LockedPlan,
  learnt: Learnt,
): Promise<PlannedWithLocks> {
  let known: Known = plan;
  for (;;) {
    // Otherwise a pass that reads a dependent's text while it holds what that reads would meet the same lock for ever.
    const wanted = learnt.blocked
      ? await locksAbove(database, learnt.locks, changedRelations(plan))
      : learnt.locks;
    const lockable = (await plan.beforeLocks?.(wanted)) ?? wanted;
    const locks = wanted.filter((lock) => lock.ahead !== true || lockable.includes(lock));
    // What --around or the plan itself makes is not there yet.
    const certain = (plan.around ?? []).length === 0 && !lockable.some(({ ahead }) => ahead === true);
    const present = certain ? lockable : await presentLocks(database, lockable);
    const statements = lockStatements(present, plan.lockTimeout);
    await database.batch(["savepoint migrator_pass", ...statements]);
    const planning = planChanges({
      ...plan,
      applied: known.applied,
      changes: known.changed,
      locks,
      keepsCollations: database.version < 150000,
    });
    const { searchPath, rehearsal, named = searchPath } = plan;
    const onObject = countObjects(plan, known.changed.length + plan.removed.size);
    const driving = { searchPath, rehearsal, named, ...(onObject === null ? {} : { onObject }) };
    const result = await drive(database, planning, driving);
    const more = plan.unknownTo?.(result) ?? null;
    if (result.kind === "planned" && more === null) return { result, locks: statements };
    await database.batch(["rollback to savepoint migrator_pass"]);
    if (more !== null) {
      const { applied, changed } = await more();
      const before = new Set(known.changed.map(({ key }) => key));
      const news = changed.filter(({ key }) => !before.has(key));
      known = { applied: new Map([...known.applied, ...applied]), changed: [...known.changed, ...news] };
    }
    if (result.kind === "restart") learnt.locks = result.locks;
  }
}

/** Tells how many objects were looked at; a change may lead to more of them than `all`. */
function countObjects(
  { onWorking, rehearsal }: PlanSettings,
  all: number,
): NonNullable<DriveOptions["onObject"]> | null {
  if (onWorking === undefined) return null;
  const [seen, filled] = [new Set<string>(), new Set<string>()];
  return (identity, what) => {
    const item = describeIdentity(identity);
    if (what === "filled") {
      const { size } = filled.add(item);
      onWorking({ stage: "filling materialized views", done: size, item });
    } else {
      const { size } = seen.add(item);
      onWorking({ stage: rehearsal ? "rehearsing" : "changing", done: size, all, item });
    }
  };
}

/** Those that are to change and those that go. */
function changedRelations({ desired, applied, changed, removed }: LockedPlan): readonly RelationIdentity[] {
  const identities = [...changed.map(({ key }) => key), ...removed].map(
    (key) => desired.objects.get(key)?.identity ?? applied.get(key)?.identity,
  );
  return identities.filter((identity) => identity !== undefined).filter(isRelation);
}
