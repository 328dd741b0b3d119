/** Makes an object that the database does not have. */
import { describeIdentity, identityKey, isRelation } from "../identity.ts";
import { rulesOf } from "../kinds/rules.ts";
import type { LiveObject } from "../live.ts";
import { attempt, capturedBy, find, type Planning, run, settle } from "../request.ts";
import { restoreStatements } from "../restore.ts";
import type { Cost } from "../step.ts";
import { attachmentStatements, followAttachments } from "./attachments.ts";
import { enqueueAnalysis } from "./dependents.ts";
import { refuseLostWithKind } from "./kind-change.ts";
import { addStep, type Pass } from "./pass.ts";
import { isPrepared, takePrepared } from "./prepared.ts";
import { refused } from "./refused.ts";
import { becauseOf, type Work } from "./work.ts";

export function* createObject(pass: Pass, work: Work): Planning<void> {
  const { declared, identity, definition } = work;
  const create = checksOff(pass, work.key, rulesOf[identity.kind].create(definition));
  const attachments = declared === null ? [] : attachmentStatements(declared.attachments);
  const predecessor = pass.predecessors.get(work.key);
  const statements: string[] = [];
  const ready = takePrepared(pass, work.key, predecessor ?? null);
  if (ready !== null) {
    statements.push(...ready.statements);
    yield* run(ready.statements, identity);
  } else if (predecessor === undefined) {
    statements.push(...create, ...attachments);
    yield* run(statements, identity);
  } else {
    refuseLostWithKind(pass, work, predecessor);
    statements.push(...create);
    yield* run(create, identity);
    const [now] = yield* find([identity]);
    if (now !== null && now !== undefined) statements.push(...inherited(predecessor, now));
    yield* run(statements.slice(create.length), identity);
    statements.push(...(yield* undoInherited(pass, work, predecessor)), ...attachments);
    yield* run(attachments, identity);
  }
  addStep(pass, {
    kind: "create",
    identity,
    component: declared?.component ?? null,
    reason:
      predecessor === undefined ? work.why : `takes the place of ${describeIdentity(predecessor.identity)}`,
    sql: statements,
  });
  queueRefresh(pass, work, declared === null || populatedByText(work), work.why);
  if (!pass.namesakes.has(work.key)) return;
  for (const dependent of yield* capturedBy(identity)) {
    if (dependent.kind === "object")
      enqueueAnalysis(pass, dependent.object, identity, `${describeIdentity(identity)} is new`);
  }
}

/** A trigger or rule whose relation was made anew: the same again, with its enabled state and comment. */
export function* remakeChild(pass: Pass, work: Work): Planning<void> {
  const { declared, identity, definition, live } = work;
  const create = rulesOf[identity.kind].create(definition);
  const outcome = yield* attempt(create, [identity]);
  if (outcome.kind === "refused") throw refused(work, create, outcome.refusal);
  yield* settle(true);
  const [now] = outcome.live;
  const restored =
    live === null || now === null || now === undefined ? [] : restoreStatements(live, now, () => true);
  yield* run(restored, identity);
  const attachments = yield* followAttachments(pass, work, true, null);
  addStep(pass, {
    kind: "restore",
    identity,
    component: declared?.component ?? null,
    reason: work.why,
    ...becauseOf(work),
    sql: [...create, ...restored, ...attachments],
  });
}

/** Grants and comments of the old file that the new one does not repeat; an undo that names another signature fails and is left. */
function* undoInherited(pass: Pass, work: Work, predecessor: LiveObject): Planning<readonly string[]> {
  const applied = pass.applied.get(identityKey(predecessor.identity))?.attachments ?? [];
  const declared = new Set((work.declared?.attachments ?? []).map((attachment) => attachment.key));
  const done: string[] = [];
  for (const old of applied) {
    if (old.undo === null || old.kind !== "grant" || declared.has(old.key)) continue;
    const outcome = yield* attempt([old.undo], []);
    if (outcome.kind === "refused") continue;
    yield* settle(true);
    done.push(old.undo);
  }
  return done;
}

/** What passes on from an object to one of another kind or signature that takes its place. */
function inherited(predecessor: LiveObject, now: LiveObject): readonly string[] {
  if (predecessor.kind === now.kind) return restoreStatements(predecessor, now, () => false);
  // A view's grants hold for a materialized view too, a function's for a procedure; what only one kind has stays behind.
  if (isRelation(predecessor.identity) && (now.kind === "view" || now.kind === "materialized view")) {
    if (predecessor.kind !== "view" && predecessor.kind !== "materialized view") return [];
    const alike = {
      ...predecessor,
      kind: now.kind,
      identity: now.identity,
      indexes: [],
      statistics: [],
      tablespace: null,
      replicaIdentity: "d",
      dependsOn: now.kind === "view" ? [] : predecessor.dependsOn,
    };
    return restoreStatements(alike, now, () => false);
  }
  if (now.kind === "function" || now.kind === "procedure" || now.kind === "aggregate") {
    if (
      predecessor.kind !== "function" &&
      predecessor.kind !== "procedure" &&
      predecessor.kind !== "aggregate"
    )
      return [];
    return restoreStatements({ ...predecessor, kind: now.kind, identity: now.identity }, now, () => false);
  }
  return [];
}

/** Functions that need each other in a circle are made unchecked; the end of the plan checks them. */
function checksOff(pass: Pass, key: string, create: readonly string[]): readonly string[] {
  if (!pass.unchecked.has(key)) return create;
  return ["SET LOCAL check_function_bodies = off", ...create, "SET LOCAL check_function_bodies = on"];
}

function populatedByText(work: Work): boolean {
  const { parts } = work.definition;
  return parts.kind !== "materialized view" || parts.withData;
}

/** Its file said WITH NO DATA and no longer says so. */
export function fillsNow({ applied, definition }: Work): boolean {
  const empty = applied?.definition.parts;
  return (
    empty?.kind === "materialized view" &&
    !empty.withData &&
    definition.parts.kind === "materialized view" &&
    definition.parts.withData
  );
}

/** A materialized view is made without data; it is filled when everything that it reads stands. */
export function queueRefresh(pass: Pass, work: Work, populate: boolean, why: string): void {
  if (work.identity.kind !== "materialized view" || !populate) return;
  if (!pass.fill) {
    pass.warnings.push(`${describeIdentity(work.identity)} holds no data until it is refreshed`);
    return;
  }
  const live = work.live?.kind === "materialized view" ? work.live : null;
  const { identity } = work;
  const cost: Cost | null =
    live === null ? null : { relation: identity, kind: "repopulate", rows: live.rows, bytes: live.bytes };
  if (isPrepared(pass, work.key)) {
    // It was filled side by side.
    if (cost !== null) pass.costs.push(cost);
    return;
  }
  pass.refreshes.push({
    identity,
    component: work.declared?.component ?? null,
    cost,
    why,
    concurrently: false,
    again: false,
  });
}
