/**
 * An object whose shape PostgreSQL cannot change in place: the old one is set aside by a rename, the new one made,
 * what hung on the old one restored, and everything that needs it queued to be bound anew. The old one is dropped at
 * the end, when nothing needs it any more.
 */
import { describeForDdl } from "../ddl-name.ts";
import { describeIdentity } from "../identity.ts";
import { rulesOf } from "../kinds/rules.ts";
import { isLiveRelation, type LiveObject, type LiveRelation } from "../live.ts";
import { quoteName } from "../quote.ts";
import { attempt, type Planning, run, settle } from "../request.ts";
import { restoreStatements } from "../restore.ts";
import { type ColumnRename, compareShapes } from "../shape.ts";
import { PlanError } from "../step.ts";
import { followAttachments } from "./attachments.ts";
import { checkGrants } from "./check-grants.ts";
import { fillsNow, queueRefresh } from "./create.ts";
import { enqueueDependents, enqueueNamers } from "./dependents.ts";
import { bindCasts } from "./fixtures.ts";
import { describeKept } from "./kept.ts";
import { keepsOption } from "./options.ts";
import { addStep, type Pass, scratchName, touch, touchAll } from "./pass.ts";
import { takePrepared } from "./prepared.ts";
import { refused } from "./refused.ts";
import { requireRename } from "./rename-or-not.ts";
import { renamedTypes, setAsideStatements } from "./set-aside.ts";
import { createStatements } from "./statements.ts";
import { becauseOf, type Work } from "./work.ts";

/** Tries the renamed columns in place; false where that does not give the wanted object. */
export type RenameInPlace = (
  live: LiveRelation,
  renames: readonly ColumnRename[],
  wanted: LiveObject,
) => Planning<boolean>;

/** False: the pass must restart with more relations locked. */
export function* makeAnew(
  pass: Pass,
  work: Work,
  live: LiveObject,
  why: string,
  renameInPlace: RenameInPlace | null,
): Planning<boolean> {
  if (!touch(pass, live)) return false;
  const { identity, declared } = work;
  const scratch = scratchName(pass);
  const aside = setAsideStatements(pass, live, scratch);
  const ready = takePrepared(pass, work.key, live);
  const create = ready?.statements ?? createStatements(work, work.definition, live);
  const now = ready === null ? yield* tryOut(work, [...aside, ...create]) : ready.target;
  const shape = isLiveRelation(live) && isLiveRelation(now) ? compareShapes(live.columns, now.columns) : null;
  if (shape?.kind === "renamed" && renameInPlace !== null && isLiveRelation(live)) {
    yield* requireRename(pass, work, live, shape.renames, now);
    if (yield* renameInPlace(live, shape.renames, now)) return true;
  }
  // Dependents are read while the old object still has its name, so that their texts name it.
  // PostgreSQL's own words would name the scratch name where only a row type changed.
  const reason = shape?.kind === "changed" ? shape.reason : shape === null ? why : work.why;
  const goes = shape === null ? [] : missingColumns(live, now);
  refuseLostIndexes(work, live, goes);
  yield* enqueueDependents(pass, live, identity, `${describeIdentity(identity)} is made anew`, goes);
  if (!touchAll(pass)) return false;
  yield* run([...aside, ...create], identity);
  for (const [from, to] of renamedTypes(live, scratch)) pass.typeNames.set(from, to);
  pass.setAside.push({ live, scratch, component: declared?.component ?? null, gone: null });
  if (ready === null) yield* bringBack(pass, work, live, now, reason, [...aside, ...create]);
  else noteRecreated(pass, work, live, reason, [...aside, ...create]);
  yield* bindCasts(pass, identity);
  queueRefresh(pass, work, isLiveRelation(live) && (live.populated || fillsNow(work)), reason);
  enqueueNamers(pass, identity, `${describeIdentity(identity)} is made anew`, true);
  return true;
}

/** What the statements would make in the place of the old object, which is back afterwards. */
function* tryOut(work: Work, statements: readonly string[]): Planning<LiveObject> {
  const outcome = yield* attempt(statements, [work.identity]);
  if (outcome.kind === "refused") throw refused(work, statements, outcome.refusal);
  const now = outcome.live[0];
  if (now === undefined || now === null) throw anotherType(work);
  yield* settle(false);
  return now;
}

/** A materialized view that went while a table was changed comes back, with everything that hung on it. */
export function* makeAgain(pass: Pass, work: Work, live: LiveRelation): Planning<void> {
  const create = createStatements(work, work.definition, live);
  const outcome = yield* attempt(create, [work.identity]);
  if (outcome.kind === "refused") throw refused(work, create, outcome.refusal);
  const now = outcome.live[0];
  if (now === undefined || now === null) throw anotherType(work);
  yield* settle(true);
  if (isLiveRelation(now)) refuseLostIndexes(work, live, missingColumns(live, now));
  yield* bringBack(pass, work, live, now, work.why, create);
  queueRefresh(pass, work, live.populated || fillsNow(work), work.why);
}

/** Gives the new object what hung on the old one, and notes the step; `made` are the statements that made it. */
function* bringBack(
  pass: Pass,
  work: Work,
  live: LiveObject,
  now: LiveObject,
  reason: string,
  made: readonly string[],
): Planning<void> {
  const restored = restoreStatements(live, now, keepsOption(work));
  yield* run(restored, work.identity);
  yield* checkGrants(pass, work, live);
  const attachments = yield* followAttachments(pass, work, true, null);
  noteRecreated(pass, work, live, reason, [...made, ...restored, ...attachments]);
}

function noteRecreated(
  pass: Pass,
  work: Work,
  live: LiveObject,
  reason: string,
  sql: readonly string[],
): void {
  const { identity, declared } = work;
  const component = declared?.component ?? null;
  const kept = describeKept(live);
  addStep(pass, { kind: "recreate", identity, component, reason, ...becauseOf(work), sql, kept });
}

/** An index or statistics on a column that goes cannot come back; what the file declared is the file's own affair. */
function refuseLostIndexes(work: Work, live: LiveObject, goes: readonly string[]): void {
  if (!isLiveRelation(live)) return;
  const declared = new Set((work.applied?.attachments ?? []).map((one) => one.key));
  const { schema } = live.identity;
  const parts = [
    ...live.indexes.map((index) => ({ ...index, kind: "index", schema })),
    ...live.statistics.map((statistics) => ({ ...statistics, kind: "statistics" })),
  ];
  const problems = parts.flatMap((part) => {
    const lost = part.columns.filter((column) => goes.includes(column));
    const name = quoteName(part.schema, part.name);
    if (lost.length === 0 || declared.has(`${part.kind} ${name}`)) return [];
    return [
      {
        code: "dependent-blocks" as const,
        message: `${describeIdentity(live.identity)}: ${lost.map((column) => `column "${column}"`).join(", ")} cannot go: ${part.kind} ${name} ${part.kind === "index" ? "uses" : "use"} it and no file declares it`,
        component: work.declared?.component ?? null,
        offset: null,
        fix: `keep the column, or drop ${part.kind} ${name} first`,
      },
    ];
  });
  if (problems.length > 0) throw new PlanError(problems);
}

/** Created, and not under the identity that was expected: an unqualified argument type means another type by now. */
function anotherType(work: Work): PlanError {
  return new PlanError([
    {
      code: "statement-refused",
      message: `${describeIdentity(work.identity)}: a type among its arguments means another one once this plan has run`,
      component: work.declared?.component ?? null,
      offset: work.declared?.offset ?? null,
      fix: "write the type with its schema",
    },
  ]);
}

export function missingColumns(live: LiveObject, now: LiveObject): readonly string[] {
  if (!isLiveRelation(live) || !isLiveRelation(now)) return [];
  const left = new Set(now.columns.map((column) => column.name));
  return live.columns.map((column) => column.name).filter((name) => !left.has(name));
}

/** A trigger, rule or policy that has no replace for this change: dropped and made again with its state and comment. */
export function* remakeInPlace(pass: Pass, work: Work, live: LiveObject): Planning<boolean> {
  if (!touch(pass, live)) return false;
  const { identity, declared } = work;
  const drop = [`DROP ${rulesOf[identity.kind].noun} ${describeForDdl(identity)}`];
  const create = rulesOf[identity.kind].create(work.definition);
  const outcome = yield* attempt([...drop, ...create], [identity]);
  if (outcome.kind === "refused") throw refused(work, [...drop, ...create], outcome.refusal);
  yield* settle(true);
  const now = outcome.live[0];
  const restored = now === undefined || now === null ? [] : restoreStatements(live, now, () => true);
  yield* run(restored, identity);
  const attachments = yield* followAttachments(pass, work, true, null);
  addStep(pass, {
    kind: "recreate",
    identity,
    component: declared?.component ?? null,
    reason: work.why,
    ...becauseOf(work),
    sql: [...drop, ...create, ...restored, ...attachments],
  });
  return true;
}
