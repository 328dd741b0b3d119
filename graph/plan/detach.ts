/** Takes a dependent of a table's column out of the way of a change, and queues it to be bound when that has run. */
import { describeSubject } from "../bystander.ts";
import { describeForDdl } from "../ddl-name.ts";
import type { Fixture } from "../fixture.ts";
import { bindingOf, describeFixture } from "../fixtures/rules.ts";
import { describeIdentity, identityKey } from "../identity.ts";
import { rulesOf } from "../kinds/rules.ts";
import { isLiveChild, type LiveObject } from "../live.ts";
import { attempt, dependentsOf, type Planning, settle } from "../request.ts";
import { PlanError, type Step } from "../step.ts";
import { requireRewrite } from "./costs.ts";
import { orderStrangers, workFor } from "./dependents.ts";
import { addStep, enqueue, type Pass, touch } from "./pass.ts";
import { stubbedName, stubStatement } from "./stub.ts";

/** What has to go out of the way, outermost first: a materialized view goes whole, and with it what reads it is detached. */
export function* detachable(pass: Pass, objects: readonly LiveObject[]): Planning<readonly LiveObject[]> {
  const found = new Map<number, LiveObject>();
  const waiting = [...objects];
  for (let object = waiting.shift(); object !== undefined; object = waiting.shift()) {
    const present = found.get(object.oid);
    // Whatever is found again on another way stands further out.
    if (present !== undefined) found.delete(object.oid);
    found.set(object.oid, present ?? object);
    if (present !== undefined || object.kind !== "materialized view") continue;
    for (const dependent of yield* dependentsOf(object)) {
      if (dependent.kind === "object") waiting.push(dependent.object);
      else if (dependent.kind === "other") throw blocked(pass, object, dependent.description);
    }
  }
  return [...found.values()].reverse();
}

/** False: the pass must restart. */
export function* detachAll(pass: Pass, objects: readonly LiveObject[], why: string): Planning<boolean> {
  const asides = new Map(pass.setAside.map((old) => [old.live.oid, old.scratch]));
  for (const object of objects) {
    if (object.extension !== null)
      throw blocked(pass, object, `${describeIdentity(object.identity)} of extension ${object.extension}`);
    if (!pass.before.has(identityKey(object.identity)) && !asides.has(object.oid))
      pass.before.set(identityKey(object.identity), object);
  }
  let locked = true;
  for (const object of objects) if (!asides.has(object.oid) && !touch(pass, object)) locked = false;
  if (!locked) return false;
  for (const object of objects) {
    if (pass.detached.has(object.oid)) continue;
    pass.detached.add(object.oid);
    yield* detach(pass, object, asides.get(object.oid) ?? null, why);
  }
  const strangers = objects.filter(
    (object) => !asides.has(object.oid) && !pass.desired.objects.has(identityKey(object.identity)),
  );
  if (strangers.length > 0) yield* orderStrangers(pass, strangers, [], "");
  return true;
}

function* detach(pass: Pass, live: LiveObject, scratch: string | null, why: string): Planning<void> {
  const key = identityKey(live.identity);
  const statements = detaching(live, scratch);
  const component = pass.desired.objects.get(key)?.component ?? null;
  yield* letGo(pass, { identity: live.identity, component, reason: why, sql: statements }, (message) =>
    blocked(pass, live, `${describeIdentity(live.identity)} (${message})`),
  );
  // Its place in the queue is that of a dependent whose object was made anew.
  pass.stepped.delete(key);
  if (scratch !== null || pass.removed.has(key)) return;
  const gone = live.kind === "materialized view";
  if (gone) pass.dropped.set(key, live);
  const reasons = isLiveChild(live) ? { remake: true } : gone ? { changed: true } : { rebind: true };
  enqueue(pass, { ...workFor(pass, live, reasons, why), cause: null }, null);
}

function detaching(live: LiveObject, scratch: string | null): readonly string[] {
  const { noun } = rulesOf[live.kind];
  if (isLiveChild(live)) {
    // Dropping a trigger loses its pending deferred events.
    const events = live.kind === "trigger" ? ["SET CONSTRAINTS ALL IMMEDIATE"] : [];
    return [...events, `DROP ${noun} ${describeForDdl(live.identity)}`];
  }
  const name = stubbedName(live, scratch);
  const stub = stubStatement(live, name);
  return stub === null ? [`DROP ${noun} ${name}`] : [stub];
}

/** A generated column of the table itself gets another expression meanwhile. */
export function* detachGenerated(
  pass: Pass,
  fixture: Extract<Fixture, { kind: "generated column" }>,
  why: string,
): Planning<void> {
  const binding = bindingOf(fixture);
  const { subject } = fixture.host;
  if (binding === null) {
    throw generatedBlocks(
      fixture,
      why,
      "needs the column, and before PostgreSQL 17 a column's expression cannot be changed",
    );
  }
  pass.fixtures.set(fixture.key, { fixture, binding, successor: null, follows: why, component: null });
  const { host, stored } = fixture;
  if (stored && host.bytes > 0)
    requireRewrite(pass, { relation: subject, kind: "rewrite", rows: host.rows, bytes: host.bytes });
  const { meanwhile: statements } = binding;
  if (statements === undefined) throw new Error(`no way to let go of ${fixture.description}`);
  const reason = `${why}: ${describeFixture(fixture)} of ${describeSubject(subject)}`;
  yield* letGo(pass, { identity: subject, component: null, reason, sql: statements }, (message) =>
    generatedBlocks(fixture, why, `needs the column, and cannot be NULL meanwhile: ${message}`),
  );
}

/** What a generated column is used by can be bound to another one of its name: the statements may make it anew. */
function generatedBlocks(
  fixture: Extract<Fixture, { kind: "generated column" }>,
  why: string,
  reason: string,
): PlanError {
  const column = describeFixture(fixture);
  return new PlanError([
    {
      code: "dependent-blocks",
      message: `${why}: ${column} of ${describeSubject(fixture.host.subject)} ${reason}`,
      component: null,
      offset: null,
      fix: `let the statements of --around drop ${column}, with constraints on it, before this one and add it again behind it; views on it are kept`,
    },
  ]);
}

/** Checks go while a virtual generated column of their table has another expression, and are added at the end. */
export function* detachChecks(pass: Pass, checks: readonly Fixture[], why: string): Planning<void> {
  for (const fixture of [...checks].sort((a, b) => a.host.depth - b.host.depth)) {
    const binding = bindingOf(fixture);
    if (binding === null || pass.fixtures.has(fixture.key)) continue;
    const { take: statements } = binding;
    pass.fixtures.set(fixture.key, {
      fixture,
      binding: { ...binding, take: [] },
      successor: null,
      follows: why,
      component: null,
    });
    if (statements.length === 0) continue;
    yield* letGoOfFixture(pass, fixture, statements, why);
  }
}

function* letGoOfFixture(
  pass: Pass,
  fixture: Fixture,
  statements: readonly string[],
  why: string,
): Planning<void> {
  const { subject } = fixture.host;
  const reason = `${why}: ${describeFixture(fixture)} of ${describeSubject(subject)}`;
  yield* letGo(pass, { identity: subject, component: null, reason, sql: statements }, (message) =>
    blockedBy(why, `${fixture.description} (${message})`),
  );
}

/** Runs the statements of a step that is no change of its own; `refused` makes the error from PostgreSQL's words. */
function* letGo(
  pass: Pass,
  step: Pick<Step, "identity" | "component" | "reason" | "sql">,
  refused: (message: string) => PlanError,
): Planning<void> {
  const outcome = yield* attempt(step.sql, []);
  if (outcome.kind === "refused") throw refused(outcome.refusal.message);
  yield* settle(true);
  addStep(pass, { kind: "detach", ...step, auxiliary: true });
}

function blockedBy(why: string, what: string): PlanError {
  return new PlanError([
    {
      code: "dependent-blocks",
      message: `${why}: ${what} needs the column`,
      component: null,
      offset: null,
      fix: "change or drop it in a migration first",
    },
  ]);
}

function blocked(pass: Pass, object: LiveObject, what: string): PlanError {
  const component = pass.desired.objects.get(identityKey(object.identity))?.component ?? null;
  return new PlanError([
    {
      code: "dependent-blocks",
      message: `${describeIdentity(object.identity)} cannot be taken out of the way of --around: ${what} needs it`,
      component,
      offset: null,
      fix: "change or drop the dependent first",
    },
  ]);
}
