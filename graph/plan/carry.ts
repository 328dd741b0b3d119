/**
 * Runs a generated block where more hangs on its objects than it knows of, and takes that along. What the block knows it
 * binds itself: what still hangs on an object when the block drops it, or on a column when the block changes it, is a stranger's.
 */
import type { CarriedBlock, CarriedObject, CarriedStatement } from "../carry.ts";
import { describeIdentity, type Identity, identityKey, isRelation } from "../identity.ts";
import { rulesOf } from "../kinds/rules.ts";
import { type Dependent, isLiveRelation, type LiveObject } from "../live.ts";
import { quoteIdentifier, quoteName } from "../quote.ts";
import { find, type Planning, run } from "../request.ts";
import { restoreStatements } from "../restore.ts";
import { PlanError, type Problem } from "../step.ts";
import { detachUsers } from "./around.ts";
import { keyOf, queueDependents, readDependents, workFor } from "./dependents.ts";
import { detachAll, detachable } from "./detach.ts";
import { bindCasts } from "./fixtures.ts";
import { addStep, enqueue, type Pass, touch, touchAll, touchHost } from "./pass.ts";
import { missingColumns } from "./recreate.ts";
import { renamedTypes, setAsideStatements } from "./set-aside.ts";

/** An object of the block that was there before it ran. */
interface Carried {
  readonly object: CarriedObject;
  readonly live: LiveObject;
  /** What hung on it before it was renamed; null where it was not set aside. */
  hung: readonly Dependent[] | null;
  /** What was detached before the block dropped it; null where it did not. */
  detached: readonly Dependent[] | null;
}

/**
 * Runs the block up to where it drops what it set aside. Returns the statements from there on, to be run when what is queued is
 * bound; null where the pass must restart.
 */
export function* runBlock(pass: Pass, block: CarriedBlock): Planning<readonly string[] | null> {
  const numbers = block.statements.flatMap(({ sql }) =>
    [...sql.matchAll(/\b__migrator_old_(\d+)\b/g)].map(([, digits]) => Number(digits)),
  );
  pass.scratchNames = Math.max(0, ...numbers);
  const lives = yield* find(block.objects.map(({ identity }) => identity));
  const carried = block.objects.flatMap((object, i): readonly Carried[] => {
    const live = lives[i] ?? null;
    return live === null ? [] : [{ object, live, hung: null, detached: null }];
  });
  if (!(yield* lockHanging(pass, carried))) return null;
  const dropsOld = /^DROP [A-Z ]+ [^(]*\b__migrator_old_\d+\b/;
  const found = block.statements.findIndex(({ sql }) => dropsOld.test(sql));
  const end = found === -1 ? block.statements.length : found;
  const head = block.statements.slice(0, end);
  for (const statement of head) {
    if (!(yield* clearWay(pass, block, carried, statement, head))) return null;
    yield* run([statement.sql], null);
  }
  const problems: Problem[] = [];
  for (const one of carried) problems.push(...(yield* carryOne(pass, block, one)));
  if (problems.length > 0) throw new PlanError(problems);
  if (!touchAll(pass)) return null;
  return block.statements.slice(end).map(({ sql }) => sql);
}

/** What is changed for certain is locked before the first statement. */
function* lockHanging(pass: Pass, carried: readonly Carried[]): Planning<boolean> {
  let locked = true;
  for (const { live } of carried) {
    if (!touch(pass, live)) locked = false;
    for (const dependent of yield* readDependents(pass, live)) {
      if (dependent.kind === "object" && !touch(pass, dependent.object)) locked = false;
      if (dependent.kind === "fixture") touchHost(pass, dependent.fixture.host);
    }
  }
  return locked && !pass.lockMissing;
}

/** Looks at what hangs on what the statement is about to rename, drop or change. False: the pass must restart. */
function* clearWay(
  pass: Pass,
  block: CarriedBlock,
  carried: readonly Carried[],
  { sql, around }: CarriedStatement,
  head: readonly CarriedStatement[],
): Planning<boolean> {
  if (around !== null)
    return (yield* detachUsers(pass, around.targets, `${block.label} changes a table`)) !== null;
  const scratch = / RENAME TO (__migrator_old_\d+)$/.exec(sql)?.[1];
  if (scratch !== undefined) {
    const one = carried.find(({ live }) => setAsideStatements(pass, live, scratch)[0] === sql);
    if (one !== undefined) yield* setAside(pass, one, scratch, head);
    return true;
  }
  const gone = carried.find(
    ({ live, detached }) =>
      detached === null && sql === `DROP ${rulesOf[live.kind].noun} ${nameOf(pass, live)}`,
  );
  if (gone === undefined) return true;
  gone.detached = yield* readDependents(pass, gone.live);
  const objects = gone.detached.flatMap((one) => (one.kind === "object" ? [one.object] : []));
  return yield* detachAll(
    pass,
    yield* detachable(pass, objects),
    `${block.label} drops ${describeIdentity(gone.live.identity)}`,
  );
}

function nameOf(pass: Pass, live: LiveObject): string {
  const [rename = ""] = setAsideStatements(pass, live, "x");
  return rename.slice(`ALTER ${rulesOf[live.kind].noun} `.length, -" RENAME TO x".length);
}

/** Texts are read before the rename: afterwards they would name the scratch name. The statement itself is the block's. */
function* setAside(
  pass: Pass,
  one: Carried,
  scratch: string,
  head: readonly CarriedStatement[],
): Planning<void> {
  const { live } = one;
  one.hung = yield* readDependents(pass, live);
  for (const dependent of one.hung) {
    if (dependent.kind !== "object") continue;
    const key = identityKey(dependent.object.identity);
    if (!pass.before.has(key)) pass.before.set(key, dependent.object);
  }
  for (const [from, to] of renamedTypes(live, scratch)) pass.typeNames.set(from, to);
  pass.setAside.push({ live, scratch, component: null, gone: null, byBlock: true });
  if (!isLiveRelation(live)) return;
  // Names of indexes and statistics are taken as long as the old ones stand.
  const parts = [
    ...live.indexes.map(({ name }) => ({ noun: "INDEX", name: quoteName(live.identity.schema, name) })),
    ...live.statistics.map(({ schema, name }) => ({ noun: "STATISTICS", name: quoteName(schema, name) })),
  ];
  for (const [i, { noun, name }] of parts.entries()) {
    const rename = `ALTER ${noun} ${name} RENAME TO `;
    if (!head.some(({ sql }) => sql.startsWith(rename)))
      yield* run([`${rename}${quoteIdentifier(`${scratch}_c${i + 1}`)}`], live.identity);
  }
}

/** Gives the new object what hung on the old one, and queues what still hangs on that. Returns what cannot be kept. */
function* carryOne(pass: Pass, block: CarriedBlock, one: Carried): Planning<readonly Problem[]> {
  const { object, live, hung, detached } = one;
  const now = yield* successorOf(live);
  if (now !== null) yield* restore(pass, block, object, live, now);
  const name = describeIdentity(live.identity);
  const successor = now?.identity ?? null;
  if (hung === null) {
    if (detached === null) return [];
    const gone = { successor, why: `${block.label} drops ${name}`, goes: [] };
    // Where something stands in its place again, what was detached is in the queue; a sequence of a view's column went unasked.
    const lost = now === null ? detached : detached.filter(({ kind }) => kind === "other");
    return yield* queueDependents(pass, live, lost, gone, () =>
      queueStrangeChildren(pass, object, live, now, gone.why),
    );
  }
  const left = yield* readDependents(pass, live);
  const keys = new Set(left.map(keyOf));
  const strangers = [
    ...hung.filter((dependent) => dependent.kind !== "other" && keys.has(keyOf(dependent))),
    ...left.filter(({ kind }) => kind === "other"),
  ];
  const why = `${block.label} ${now === null ? "drops" : "makes anew"} ${name}`;
  const goes = now === null ? [] : missingColumns(live, now);
  const problems = yield* queueDependents(pass, live, strangers, { successor, why, goes }, () =>
    queueStrangeChildren(pass, object, live, now, why),
  );
  if (successor !== null) yield* bindCasts(pass, successor);
  return problems;
}

/** What stands now where the object stood: a view may have become a materialized one. */
function* successorOf({ identity, oid }: LiveObject): Planning<LiveObject | null> {
  const other: Identity[] = isRelation(identity)
    ? [{ ...identity, kind: identity.kind === "view" ? "materialized view" : "view" }]
    : [];
  const found = yield* find([identity, ...other]);
  return (
    found.find((live) => live !== null && live.oid !== oid) ?? found.find((live) => live !== null) ?? null
  );
}

function* restore(
  pass: Pass,
  block: CarriedBlock,
  { wanted }: CarriedObject,
  was: LiveObject,
  now: LiveObject,
): Planning<void> {
  const sql = restoreStatements(wanted(was, now), now, () => true);
  if (sql.length === 0) return;
  yield* run(sql, now.identity);
  addStep(pass, {
    kind: "restore",
    identity: now.identity,
    component: null,
    reason: `${block.label} does not know of it`,
    sql,
  });
}

/** Triggers and rules on the old relation that the block did not make again and does not know of. */
function queueStrangeChildren(
  pass: Pass,
  { isStrange }: CarriedObject,
  live: LiveObject,
  now: LiveObject | null,
  why: string,
): readonly Problem[] {
  if (!isLiveRelation(live)) return [];
  const problems: Problem[] = [];
  const present = new Set(
    now !== null && isLiveRelation(now) ? now.children.map(({ identity }) => identityKey(identity)) : [],
  );
  for (const child of live.children.filter(isStrange)) {
    if (present.has(identityKey(child.identity))) continue;
    if (now?.kind === "view") {
      enqueue(pass, workFor(pass, child, { remake: true }, why), identityKey(now.identity));
      continue;
    }
    const name = describeIdentity(child.identity);
    problems.push({
      code: "dependent-blocks",
      message: `${why}: ${name}, owned by ${child.owner}, would be lost`,
      component: null,
      offset: null,
      fix: `drop ${name} first`,
    });
  }
  return problems;
}
