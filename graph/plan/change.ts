/**
 * Brings a live object to a definition in the mildest way that PostgreSQL takes: nothing where both mean the same, a
 * replace, a rename of columns and a replace, or a new object in its place.
 */
import { describeIdentity } from "../identity.ts";
import { rulesOf } from "../kinds/rules.ts";
import { isLiveChild, isLiveRelation, isLiveRoutine, type LiveObject, type LiveRelation } from "../live.ts";
import { attempt, type Planning, run, settle } from "../request.ts";
import { optionStatements, restoreChild } from "../restore.ts";
import { restoreExtensionDependencies } from "../restore-marks.ts";
import { type ColumnRename, compareShapes } from "../shape.ts";
import type { StepKind } from "../step.ts";
import { followAttachments } from "./attachments.ts";
import { fillsNow, queueRefresh } from "./create.ts";
import { enqueueNamers } from "./dependents.ts";
import { refusesAdoption } from "./drift.ts";
import { meansTheSame, sameDefinition } from "./meaning.ts";
import { keepsOption } from "./options.ts";
import { addStep, type Pass, scratchName, touch, touchAll } from "./pass.ts";
import { isMadeBeside } from "./prepared.ts";
import { makeAnew, remakeInPlace } from "./recreate.ts";
import { ownedByExtension, refused } from "./refused.ts";
import { renameStatements } from "./rename-or-not.ts";
import { carriesReshaped, noteReshaped } from "./row-types.ts";
import { replaceStatements } from "./statements.ts";
import { becauseOf, type Work } from "./work.ts";

/** False: the pass must restart with more relations locked. */
export function* changeObject(pass: Pass, work: Work, live: LiveObject): Planning<boolean> {
  if (live.extension !== null) throw ownedByExtension(work, live.extension);
  const rules = rulesOf[work.identity.kind];
  if (isMadeBeside(pass, work.key)) return yield* makeAnew(pass, work, live, work.why, null);
  // A question under a scratch name locks nothing that others read; the answer is mostly yes.
  const asks =
    !work.reasons.rebind &&
    (!work.reasons.changed || isDistrusted(work) || rules.replace(work.definition, live) === null);
  if (asks && stillAsApplied(pass, work)) {
    noteEqual(pass, work, live);
    return true;
  }
  if (asks && canAsk(work, live)) {
    if (isLiveChild(live) && !touch(pass, live)) {
      touchAll(pass);
      return false;
    }
    if (yield* meansTheSame(pass, work, work.definition, live)) {
      noteEqual(pass, work, live);
      return true;
    }
  }
  if (work.reasons.rebind && overRowTypeSetAside(pass, live))
    return yield* makeAnew(pass, work, live, work.why, null);
  const statements = replaceStatements(work, work.definition, live);
  if (statements === null) {
    if (refusesAdoption(pass, work)) return true;
    return rules.setAside
      ? yield* makeAnew(
          pass,
          work,
          live,
          work.why,
          work.reasons.rebind ? null : renameInPlace(work, [], pass),
        )
      : yield* remakeInPlace(pass, work, live);
  }
  if (!touch(pass, live)) {
    // Learn at once what else will be changed: each restart costs a pass.
    touchAll(pass);
    return false;
  }
  if (pass.keepsCollations && !(yield* collationsStay(pass, work, live)))
    return yield* makeAnew(pass, work, live, work.why, null);
  const outcome = yield* attempt(statements, [work.identity]);
  if (outcome.kind === "worked") {
    const now = outcome.live[0] ?? live;
    if (!work.reasons.rebind && sameDefinition(live, now)) {
      yield* settle(false);
      noteEqual(pass, work, live);
      return true;
    }
    if (refusesAdoption(pass, work)) {
      yield* settle(false);
      return true;
    }
    if (!shapeFollowed(live, now)) {
      yield* settle(false);
      return yield* makeAnew(pass, work, live, work.why, null);
    }
    yield* settle(true);
    yield* finishReplace(pass, work, live, now, statements, takenBack(pass, work) ? "replace" : "rebind");
    return true;
  }
  if (!rules.shapeRefusals.has(outcome.refusal.sqlstate)) throw refused(work, statements, outcome.refusal);
  if (refusesAdoption(pass, work)) return true;
  if (!rules.setAside) return yield* remakeInPlace(pass, work, live);
  return yield* makeAnew(
    pass,
    work,
    live,
    describeRefusal(work, outcome.refusal.message),
    renameInPlace(work, statements, pass),
  );
}

/**
 * The way that is left when the new columns turn out to be the old ones under other names: a rename of the columns,
 * then the replace. Given to makeAnew, which learns the new columns first.
 */
function renameInPlace(work: Work, replace: readonly string[], pass: Pass) {
  return function* (
    live: LiveRelation,
    renames: readonly ColumnRename[],
    wanted: LiveObject,
  ): Planning<boolean> {
    const statements = [...renameStatements(live, renames), ...replace];
    const outcome = yield* attempt(statements, [work.identity]);
    if (outcome.kind === "refused") throw refused(work, statements, outcome.refusal);
    const now = outcome.live[0] ?? live;
    // A materialized view has no replace: the rename must be all that differs.
    if (replace.length === 0 && !sameDefinition(now, wanted)) {
      yield* settle(false);
      return false;
    }
    yield* settle(true);
    yield* finishReplace(pass, work, live, now, statements, "rename-column");
    return true;
  };
}

/** What a replace took away is brought back; then those whose text may mean something else now are queued. */
export function* finishReplace(
  pass: Pass,
  work: Work,
  live: LiveObject,
  now: LiveObject,
  statements: readonly string[],
  kind: StepKind,
): Planning<void> {
  const { declared, identity } = work;
  const restored: string[] = [];
  if (isLiveRelation(live) && isLiveRelation(now))
    restored.push(...optionStatements(live, now, keepsOption(work)));
  if (isLiveChild(live) && isLiveChild(now)) restored.push(...restoreChild(live, now));
  if (isLiveRoutine(live) && isLiveRoutine(now)) restored.push(...restoreExtensionDependencies(live, now));
  yield* run(restored, identity);
  const change = shapeChange(live, now);
  const attachments = yield* followAttachments(pass, work, change !== null, now);
  const reason = describeChange(work, change, takenBack(pass, work));
  addStep(pass, {
    kind,
    identity,
    component: declared?.component ?? null,
    reason,
    ...becauseOf(work),
    sql: [...statements, ...restored, ...attachments],
  });
  if (change !== null) {
    noteReshaped(pass, now);
    enqueueNamers(pass, identity, `${describeIdentity(identity)}: ${change}`, false);
  } else if (work.reasons.rebind && isLiveRoutine(live))
    enqueueNamers(pass, identity, `${describeIdentity(identity)} was bound anew`, true);
}

/** Its own text means the same; a row of something reshaped that passes through it does not. */
function noteEqual(pass: Pass, work: Work, live: LiveObject): void {
  pass.equal.add(work.key);
  if (isLiveRelation(live) && !live.populated && work.reasons.changed && fillsNow(work))
    queueRefresh(pass, work, true, "its file no longer says WITH NO DATA");
  if (!carriesReshaped(pass, live)) return;
  noteReshaped(pass, live);
  enqueueNamers(
    pass,
    work.identity,
    `${work.why}, and ${describeIdentity(work.identity)} passes its rows on`,
    false,
  );
}

/** Its own text was asked for when the pass began, and nothing has changed since. */
function stillAsApplied(pass: Pass, { key, declared, applied }: Work): boolean {
  return pass.asApplied.has(key) && pass.steps.length === 0 && declared?.hash === applied?.hash;
}

/** It is taken over, or its catalog rows changed: it may say what the file says in words of its own. */
function isDistrusted(work: Work): boolean {
  return work.applied === null || work.applied.live === "changed";
}

/**
 * Where a question beforehand costs no more than the replace, or where the replace would not answer it: what was made by hand
 * may say the same in a text that PostgreSQL prints otherwise, and a constraint trigger has no replace. A recursive
 * view names itself, so that under another name it would be another view.
 */
function canAsk(work: Work, live: LiveObject): boolean {
  const { parts } = work.definition;
  if (isLiveChild(live))
    return isDistrusted(work) || rulesOf[live.kind].replace(work.definition, live) === null;
  if (isLiveRoutine(live)) return isDistrusted(work) && live.definition.sql.includes("\nBEGIN ATOMIC\n");
  return (parts.kind === "view" && !parts.recursive) || parts.kind === "materialized view";
}

/** Before PostgreSQL 16 a replace takes another collation without changing the column: only a new view has it. */
function shapeFollowed(live: LiveObject, now: LiveObject): boolean {
  return (
    !isLiveRelation(live) ||
    !isLiveRelation(now) ||
    compareShapes(live.columns, now.columns).kind !== "changed"
  );
}

/** For a server whose replace keeps them: a view of the same text under a scratch name shows the collations that it wants. */
function* collationsStay(pass: Pass, work: Work, live: LiveObject): Planning<boolean> {
  const { parts } = work.definition;
  if (live.kind !== "view" || parts.kind !== "view" || parts.recursive) return true;
  const name = scratchName(pass);
  const outcome = yield* attempt(rulesOf.view.create(work.definition, name), [{ ...live.identity, name }]);
  if (outcome.kind === "refused") return true;
  yield* settle(false);
  const [wanted] = outcome.live;
  if (wanted?.kind !== "view") return true;
  const collations = new Map(wanted.columns.map((column) => [column.name, column]));
  return live.columns.every(({ name: column, type, collation }) => {
    const now = collations.get(column);
    return now === undefined || now.type !== type || now.collation === collation;
  });
}

/** Whether dependents see the same before and after. */
export function sameShape(live: LiveObject, now: LiveObject | null): boolean {
  return now !== null && shapeChange(live, now) === null;
}

function overRowTypeSetAside(pass: Pass, live: LiveObject): boolean {
  return isLiveRoutine(live) && pass.setAside.some((old) => live.rowTypes.includes(old.live.oid));
}

function shapeChange(live: LiveObject, now: LiveObject): string | null {
  if (isLiveRelation(live) && isLiveRelation(now)) {
    const change = compareShapes(live.columns, now.columns);
    switch (change.kind) {
      case "same":
        return null;
      case "appended":
        return `${columns(change.columns)} appended`;
      case "renamed":
        return describeRenames(change.renames, change.appended);
      case "changed":
        return change.reason;
    }
  }
  if (
    isLiveRoutine(live) &&
    isLiveRoutine(now) &&
    (live.result !== now.result || live.signature !== now.signature)
  )
    return "its signature changed";
  return null;
}

function describeChange(work: Work, change: string | null, takenBack: boolean): string {
  if (change !== null) return work.reasons.changed ? change : `${work.why}; here: ${change}`;
  if (work.reasons.changed) return "its definition changed, its shape did not";
  return takenBack ? work.why : `${work.why}; its own shape is kept`;
}

/** The file's own change, or the file's text over what was changed by hand. */
function takenBack(pass: Pass, work: Work): boolean {
  return work.reasons.changed || (pass.takeFiles && work.applied?.live === "changed" && !work.reasons.rebind);
}

function describeRenames(renames: readonly ColumnRename[], appended: readonly string[]): string {
  const said = renames.map((rename) => `column "${rename.from}" renamed to "${rename.to}"`);
  return [...said, ...(appended.length > 0 ? [`${columns(appended)} appended`] : [])].join(", ");
}

function describeRefusal(work: Work, message: string): string {
  return work.reasons.changed ? message : `${work.why}; ${message}`;
}

function columns(names: readonly string[]): string {
  const list = names.map((name) => `"${name}"`).join(", ");
  return names.length === 1 ? `column ${list}` : `columns ${list}`;
}
