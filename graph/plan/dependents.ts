/** Finds what must be looked at when an object changes under those that need it. */
import type { AppliedObject } from "../applied.ts";
import type { DeclaredObject } from "../declared.ts";
import { describeIdentity, type Identity, identityKey, isRelation } from "../identity.ts";
import { type Dependent, isLiveChild, type LiveObject, type LiveRelation } from "../live.ts";
import { dependentsOf, type Planning } from "../request.ts";
import { PlanError, type Problem } from "../step.ts";
import { enqueue, type Pass } from "./pass.ts";
import { noReasons, type Work } from "./work.ts";

/** An object that must be looked at because of another one; `live` as it was before any rename, where that is known. */
export function workFor(pass: Pass, live: LiveObject, reasons: Partial<Work["reasons"]>, why: string): Work {
  const key = identityKey(live.identity);
  const declared = pass.desired.objects.get(key) ?? null;
  const before = pass.before.get(key) ?? live;
  if (!pass.before.has(key)) pass.before.set(key, live);
  return {
    key,
    identity: live.identity,
    declared,
    applied: appliedOf(pass, key, declared),
    definition: declared ?? before.definition,
    reasons: { ...noReasons, ...reasons },
    why,
    live: before,
  };
}

/** A declared object that is not among the changes is as it was applied. */
function appliedOf(pass: Pass, key: string, declared: DeclaredObject | null): AppliedObject | null {
  const known = pass.applied.get(key);
  if (known !== undefined || declared === null || pass.changed.has(key)) return known ?? null;
  const { identity, component, hash, attachments } = declared;
  return { identity, component, hash, definition: declared, attachments, live: "same" };
}

/** A managed dependent whose text may mean something else now. What no file declares keeps what it is bound to. */
export function enqueueAnalysis(pass: Pass, live: LiveObject, because: Identity, why: string): void {
  const key = identityKey(live.identity);
  if (!pass.desired.objects.has(key) || key === identityKey(because)) return;
  if (pass.done.has(key) && !pass.equal.has(key)) return;
  enqueue(pass, workFor(pass, live, { analyse: true }, why), identityKey(because));
}

/** Declared objects whose text names the changed one and that live already: they are analysed anew. */
export function enqueueNamers(pass: Pass, changed: Identity, why: string, onlyChecked: boolean): void {
  for (const edge of pass.desired.neededBy(identityKey(changed))) {
    if (onlyChecked && edge.strength !== "checked") continue;
    const declared = pass.desired.objects.get(edge.from);
    if (declared === undefined || edge.from === edge.to || pass.done.has(edge.from)) continue;
    // A plpgsql body is resolved when it runs: nothing to bind.
    if (
      edge.strength === "soft" &&
      (declared.parts.kind === "function" || declared.parts.kind === "procedure")
    )
      continue;
    // What is new is made with the present text anyway.
    if (pass.changed.has(edge.from) && !pass.applied.has(edge.from) && !pass.before.has(edge.from)) continue;
    const work: Work = {
      key: edge.from,
      identity: declared.identity,
      declared,
      applied: appliedOf(pass, edge.from, declared),
      definition: declared,
      reasons: { ...noReasons, analyse: true },
      why,
      live: pass.before.get(edge.from) ?? null,
    };
    enqueue(pass, work, edge.to);
  }
}

/** Quoted SQL bodies that name an object which no component declares any more: PostgreSQL has no record of them. */
export function enqueueReaders(pass: Pass, gone: Identity, why: string): void {
  const kind = isRelation(gone) ? "relation" : "routine";
  for (const [key, declared] of pass.desired.objects) {
    const names = declared.references.some(
      (reference) =>
        reference.kind === kind &&
        reference.strength === "checked" &&
        reference.name === gone.name &&
        (reference.schema ?? gone.schema) === gone.schema,
    );
    if (!names || pass.done.has(key) || (pass.changed.has(key) && !pass.applied.has(key))) continue;
    const work: Work = {
      key,
      identity: declared.identity,
      declared,
      applied: appliedOf(pass, key, declared),
      definition: declared,
      reasons: { ...noReasons, analyse: true },
      why,
      live: pass.before.get(key) ?? null,
    };
    enqueue(pass, work, null);
  }
}

/**
 * Queues everything that hangs on an object that is about to be set aside, to be bound to the new one. What cannot be
 * kept is a PlanError, before anything is renamed.
 */
export function* enqueueDependents(
  pass: Pass,
  live: LiveObject,
  successor: Identity | null,
  why: string,
): Planning<void> {
  const dependents = yield* dependentsOf(live);
  const problems: Problem[] = [];
  for (const dependent of dependents) {
    const problem = queueDependent(pass, live, successor, dependent, why);
    if (problem !== null) problems.push(problem);
  }
  if (isRelation(live.identity) && successor !== null) queueChildren(pass, live as LiveRelation, why);
  if (problems.length > 0) throw new PlanError(problems);
}

function queueDependent(
  pass: Pass,
  live: LiveObject,
  successor: Identity | null,
  dependent: Dependent,
  why: string,
): Problem | null {
  const name = describeIdentity(live.identity);
  const component =
    pass.desired.objects.get(identityKey(live.identity))?.component ??
    pass.applied.get(identityKey(live.identity))?.component ??
    null;
  const using = dependent.columns.length > 0 ? ` (it uses ${dependent.columns.join(", ")})` : "";
  if (dependent.kind === "other") {
    return {
      code: "dependent-blocks",
      message: `${name} cannot be ${successor === null ? "dropped" : "made anew"}: ${dependent.description} needs it${using}`,
      component,
      offset: null,
      fix: "change or drop the dependent in a migration first",
    };
  }
  const { object } = dependent;
  const key = identityKey(object.identity);
  // What was set aside in this pass is dropped at its end, with what stands on it.
  if (isSetAside(pass, object)) return null;
  if (object.extension !== null) {
    return {
      code: "dependent-blocks",
      message: `${name} cannot be made anew: ${describeIdentity(object.identity)} of extension ${object.extension} needs it${using}`,
      component,
      offset: null,
      fix: "what an extension owns is not touched: change the extension first",
    };
  }
  const managed = pass.desired.objects.has(key);
  // What is to be dropped too has been dropped or set aside already.
  if (pass.removed.has(key)) return null;
  if (!managed && successor === null) {
    return {
      code: "dependent-blocks",
      message: `${name} cannot be dropped: ${describeIdentity(object.identity)}, owned by ${object.owner}, needs it${using} and no file declares it`,
      component,
      offset: null,
      fix: `bring back the component, or drop ${describeIdentity(object.identity)} first`,
    };
  }
  enqueue(pass, workFor(pass, object, { rebind: true }, why), identityKey(successor ?? live.identity));
  return null;
}

function isSetAside(pass: Pass, object: LiveObject): boolean {
  return pass.setAside.some(
    (old) => old.live.oid === object.oid || (isLiveChild(object) && object.relation === old.live.oid),
  );
}

/** The triggers and rules on a relation go with it and are made again on the new one. */
function queueChildren(pass: Pass, live: LiveRelation, why: string): void {
  for (const child of live.children) {
    const key = identityKey(child.identity);
    if (pass.removed.has(key)) continue;
    enqueue(pass, workFor(pass, child, { remake: true }, why), identityKey(live.identity));
  }
}
