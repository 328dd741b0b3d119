/** Finds what must be looked at when an object changes under those that need it. */
import type { AppliedObject } from "../applied.ts";
import type { DeclaredObject } from "../declared.ts";
import type { Fixture } from "../fixture.ts";
import { isLinked } from "../fixtures/cast.ts";
import { describeIdentity, type Identity, identityKey, isRelation } from "../identity.ts";
import {
  type Dependent,
  isLiveChild,
  isLiveRelation,
  isLiveRoutine,
  type LiveObject,
  type LiveRelation,
} from "../live.ts";
import { type OrderEdge, orderNodes } from "../order.ts";
import { dependentsOf, type Planning, usersOfOperator } from "../request.ts";
import { PlanError, type Problem } from "../step.ts";
import { declaredAnew, queueFixture } from "./fixtures.ts";
import { enqueue, type Pass, rankStrangers } from "./pass.ts";
import { stuck } from "./stuck-dependent.ts";
import { noReasons, type Work } from "./work.ts";

/** An object that must be looked at because of another one; `live` as it was before any rename, where that is known. */
export function workFor(
  pass: Pass,
  live: LiveObject,
  reasons: Partial<Work["reasons"]>,
  why: string,
  because: Identity | null = null,
): Work {
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
    because,
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

/** A declared object whose text is asked anew what it means. */
function analysisOf(pass: Pass, key: string, declared: DeclaredObject, because: Identity, why: string): Work {
  return {
    key,
    identity: declared.identity,
    declared,
    applied: appliedOf(pass, key, declared),
    definition: declared,
    reasons: { ...noReasons, analyse: true },
    why,
    because,
    live: pass.before.get(key) ?? null,
  };
}

/** A managed dependent whose text may mean something else now. What no file declares keeps what it is bound to. */
export function enqueueAnalysis(pass: Pass, live: LiveObject, because: Identity | null, why: string): void {
  const key = identityKey(live.identity);
  const cause = because === null ? null : identityKey(because);
  if (!pass.desired.objects.has(key) || key === cause) return;
  if (pass.done.has(key) && !pass.equal.has(key)) return;
  enqueue(pass, workFor(pass, live, { analyse: true }, why, because), cause);
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
    enqueue(pass, analysisOf(pass, edge.from, declared, changed, why), edge.to);
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
    enqueue(pass, analysisOf(pass, key, declared, gone, why), null);
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
  goes: readonly string[] = [],
): Planning<void> {
  const dependents = yield* readDependents(pass, live);
  const problems = yield* queueDependents(pass, live, dependents, { successor, why, goes }, () =>
    isLiveRelation(live) && successor !== null ? queueChildren(pass, live, successor, why) : [],
  );
  if (problems.length > 0) throw new PlanError(problems);
}

/** Everything that hangs on an object, under the names that it had when the pass began. */
export function* readDependents(pass: Pass, live: LiveObject): Planning<readonly Dependent[]> {
  const oldNames = new Map([...pass.typeNames].map(([name, scratch]) => [scratch, name]));
  const found = yield* withOperatorUsers(pass, yield* dependentsOf(live));
  return found.map((dependent) => underOldNames(pass, dependent, oldNames));
}

/** Queues these dependents, to be bound to the successor, and what stands on the object. Returns what cannot be kept. */
export function* queueDependents(
  pass: Pass,
  live: LiveObject,
  dependents: readonly Dependent[],
  {
    successor,
    why,
    goes,
  }: { readonly successor: Identity | null; readonly why: string; readonly goes: readonly string[] },
  queueStanding: () => readonly Problem[],
): Planning<readonly Problem[]> {
  const problems: Problem[] = [];
  const strangers: LiveObject[] = [];
  for (const dependent of dependents) {
    const problem =
      dependent.kind === "fixture"
        ? yield* fixtureProblem(pass, live, successor, dependent.fixture)
        : queueDependent(pass, live, successor, dependent, why, goes);
    if (problem !== null) problems.push(problem);
    else if (
      dependent.kind === "object" &&
      pass.queue.get(identityKey(dependent.object.identity))?.declared === null
    )
      strangers.push(dependent.object);
  }
  problems.push(...queueStanding());
  if (problems.length === 0 && strangers.length > 0)
    yield* orderStrangers(pass, strangers, dependents, identityKey(successor ?? live.identity));
  return problems;
}

/** What uses an operator over the object is bound with it: PostgreSQL records it as needing the operator alone. */
function* withOperatorUsers(pass: Pass, found: readonly Dependent[]): Planning<readonly Dependent[]> {
  const all = new Map(found.map((dependent) => [keyOf(dependent), dependent]));
  for (const dependent of found) {
    if (dependent.kind !== "fixture" || dependent.fixture.kind !== "operator") continue;
    const { fixture } = dependent;
    if (isLinked(fixture)) continue;
    const users = yield* usersOfOperator(fixture.host.oid);
    if (users.length > 0) pass.usedOperators.add(fixture.key);
    for (const user of users) if (!all.has(keyOf(user))) all.set(keyOf(user), user);
  }
  return [...all.values()];
}

export function keyOf(dependent: Dependent): string {
  switch (dependent.kind) {
    case "object":
      return `object ${identityKey(dependent.object.identity)}`;
    case "fixture":
      return dependent.fixture.key;
    case "other":
      return `other ${dependent.description}`;
  }
}

/** A routine over a row type that was set aside in this pass, under the name that it had when the pass began. */
function underOldNames(pass: Pass, dependent: Dependent, oldNames: ReadonlyMap<string, string>): Dependent {
  if (dependent.kind !== "object" || !isLiveRoutine(dependent.object)) return dependent;
  const { object } = dependent;
  const types = object.identity.arguments.map((type) => oldNames.get(type) ?? type);
  const identity = { ...object.identity, arguments: types };
  const before = pass.before.get(identityKey(identity));
  return { ...dependent, object: before ?? { ...object, identity } };
}

/** What no file declares is ordered among itself by the catalog. */
export function* orderStrangers(
  pass: Pass,
  strangers: readonly LiveObject[],
  dependents: readonly Dependent[],
  behind: string,
): Planning<void> {
  const keys = strangers.map((one) => identityKey(one.identity)).sort();
  const edges: OrderEdge[] = [];
  for (const one of strangers) {
    const to = keys.indexOf(identityKey(one.identity));
    for (const dependent of yield* dependentsOf(one)) {
      const from = dependent.kind === "object" ? keys.indexOf(identityKey(dependent.object.identity)) : -1;
      if (from !== -1) edges.push({ from, to, strength: "hard" });
    }
  }
  const order = orderNodes(keys.length, edges);
  if (order.kind !== "ordered") return;
  const floors = new Map<string, string>();
  for (const dependent of dependents) {
    if (dependent.kind !== "object" || !isLiveRoutine(dependent.object)) continue;
    const managed = identityKey(dependent.object.identity);
    if (!pass.desired.objects.has(managed)) continue;
    // A declared function over the row type is made anew before a stranger that calls it is bound.
    for (const further of yield* dependentsOf(dependent.object)) {
      if (further.kind === "object") floors.set(identityKey(further.object.identity), managed);
    }
  }
  rankStrangers(
    pass,
    order.order.map((index) => keys[index] ?? ""),
    behind,
    floors,
  );
}

function queueDependent(
  pass: Pass,
  live: LiveObject,
  successor: Identity | null,
  dependent: Exclude<Dependent, { kind: "fixture" }>,
  why: string,
  goes: readonly string[],
): Problem | null {
  const name = describeIdentity(live.identity);
  const component = componentOf(pass, live.identity);
  const using = dependent.columns.length > 0 ? ` (it uses ${dependent.columns.join(", ")})` : "";
  if (dependent.kind === "other") {
    const verb = successor === null ? "dropped" : "made anew";
    return {
      code: "dependent-blocks",
      component,
      offset: null,
      ...stuck(dependent, `${name} cannot be ${verb}`, using, successor === null),
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
  const lost = dependent.columns.filter((column) => goes.includes(column));
  if (!managed && lost.length > 0) {
    const what = describeIdentity(object.identity);
    return {
      code: "dependent-blocks",
      message: `${name}: ${lost.map((column) => `column "${column}"`).join(", ")} cannot go: ${what}, owned by ${object.owner}, uses it and no file declares it`,
      component,
      offset: null,
      fix: `keep the column, or change or drop ${what} first`,
    };
  }
  if (!managed && successor === null) {
    return {
      code: "dependent-blocks",
      message: `${name} cannot be dropped: ${describeIdentity(object.identity)}, owned by ${object.owner}, needs it${using} and no file declares it`,
      component,
      offset: null,
      fix: `bring back the component, or drop ${describeIdentity(object.identity)} first`,
    };
  }
  const because = successor ?? live.identity;
  const work = { ...workFor(pass, object, { rebind: true }, why, because), cause: component };
  enqueue(pass, work, identityKey(because));
  return null;
}

/** A fixture follows the new object; where none comes, its file must have let go of the old one. */
function* fixtureProblem(
  pass: Pass,
  live: LiveObject,
  successor: Identity | null,
  fixture: Fixture,
): Planning<Problem | null> {
  const name = describeIdentity(live.identity);
  const component = componentOf(pass, live.identity);
  if (fixture.extension !== null) {
    return {
      code: "dependent-blocks",
      message: `${name} cannot be made anew: ${fixture.description} of extension ${fixture.extension} needs it`,
      component,
      offset: null,
      fix: "what an extension owns is not touched: change the extension first",
    };
  }
  if (successor !== null) {
    const stores = { oid: live.oid, identity: successor };
    return yield* queueFixture(pass, fixture, successor, component, stores);
  }
  if (declaredAnew(pass, fixture)) return null;
  return {
    code: "dependent-blocks",
    message: `${name} cannot be dropped: ${fixture.description} needs it`,
    component,
    offset: null,
    fix: "change or drop the dependent in a migration first",
  };
}

function componentOf(pass: Pass, identity: Identity): string | null {
  const key = identityKey(identity);
  return pass.desired.objects.get(key)?.component ?? pass.applied.get(key)?.component ?? null;
}

function isSetAside(pass: Pass, object: LiveObject): boolean {
  return pass.setAside.some(
    (old) => old.live.oid === object.oid || (isLiveChild(object) && object.relation === old.live.oid),
  );
}

/** The triggers and rules that files declare on a relation which went: there must be something else to make them on. */
export function enqueueDeclaredChildren(pass: Pass, live: LiveRelation, why: string): void {
  for (const child of live.children) {
    const key = identityKey(child.identity);
    if (pass.removed.has(key) || !pass.desired.objects.has(key)) continue;
    enqueue(pass, workFor(pass, child, { remake: true }, why, live.identity), null);
  }
}

/** The triggers and rules on a relation go with it and are made again on the new one. */
function queueChildren(pass: Pass, live: LiveRelation, successor: Identity, why: string): readonly Problem[] {
  const problems: Problem[] = [];
  for (const child of live.children) {
    const key = identityKey(child.identity);
    if (pass.removed.has(key)) continue;
    // A materialized view has neither triggers nor rules; one that a file declares fails with its own message.
    if (successor.kind === "materialized view" && live.kind === "view" && !pass.desired.objects.has(key)) {
      const name = describeIdentity(child.identity);
      problems.push({
        code: "dependent-blocks",
        message: `${describeIdentity(live.identity)} cannot become a materialized view: ${name} would be lost and no file declares it`,
        component: pass.desired.objects.get(identityKey(successor))?.component ?? null,
        offset: null,
        fix: `drop ${name} first`,
      });
      continue;
    }
    const cause = pass.desired.objects.get(identityKey(live.identity))?.component ?? null;
    const work = { ...workFor(pass, child, { remake: true }, why, successor), cause };
    enqueue(pass, work, identityKey(live.identity));
  }
  return problems;
}
