/** Fixtures in a plan: which are bound again, that it is allowed, and the statements that do it. */
import { describeSubject, isBystander, subjectKey } from "../bystander.ts";
import { compareText } from "../compare.ts";
import type { Fixture } from "../fixture.ts";
import type { Binding } from "../fixtures/binding.ts";
import { setOperatorAside } from "../fixtures/cast.ts";
import { describeUnsettable } from "../fixtures/column.ts";
import { attachmentKeyOf, bindingOf, describeFixture } from "../fixtures/rules.ts";
import {
  describeIdentity,
  type Identity,
  identityKey,
  isRelation,
  type RelationIdentity,
} from "../identity.ts";
import { attempt, find, type Planning, settle } from "../request.ts";
import { PlanError, type Problem } from "../step.ts";
import { addStep, type Pass, scratchName, touchHost } from "./pass.ts";
import type { WaitingFixture } from "./waiting-fixture.ts";

/**
 * Queues a fixture that must be bound again when the new object stands. Null, or why it cannot be. What its file
 * declares otherwise by now follows the file and is left to its object's own turn.
 */
export function* queueFixture(
  pass: Pass,
  fixture: Fixture,
  successor: Identity,
  component: string | null,
  stores?: WaitingFixture["stores"],
): Planning<Problem | null> {
  const { host } = fixture;
  const follows = describeIdentity(successor);
  if (declaredAnew(pass, fixture)) return null;
  const queued = pass.fixtures.get(fixture.key);
  if (queued !== undefined) {
    // Its function comes behind the row type that both take.
    if (isBoundEarly(fixture)) pass.fixtures.set(fixture.key, { ...queued, successor, follows, component });
    return null;
  }
  if (pass.setAside.some((old) => old.live.oid === host.oid)) return null;
  const binding = bindingOf(fixture);
  if (binding === null && fixture.kind === "generated column") {
    return {
      code: "dependent-blocks",
      message: `${follows} cannot be made anew: ${describeUnsettable(fixture)}`,
      component,
      offset: null,
      fix: "drop the column in a migration first, and add it again behind the change",
    };
  }
  if (binding === null) throw new Error(`no binding for ${fixture.description}`);
  if (!isBystander(host.subject)) yield* rememberHost(pass, host.subject);
  const waiting = { fixture, binding, successor, follows, component };
  pass.fixtures.set(fixture.key, stores === undefined ? waiting : { ...waiting, stores });
  touchHost(pass, host);
  return null;
}

/** Its index and default texts must be known as they were before a rename, should it be made anew as well. */
function* rememberHost(pass: Pass, subject: RelationIdentity): Planning<void> {
  const key = identityKey(subject);
  if (pass.before.has(key)) return;
  const [live] = yield* find([subject]);
  if (live !== null && live !== undefined) pass.before.set(key, live);
}

/** Whether the ledger knows the fixture as an attachment of its host that the files no longer declare as it is. */
export function declaredAnew(pass: Pass, fixture: Fixture): boolean {
  const { subject } = fixture.host;
  const attachment = attachmentKeyOf(fixture);
  if (attachment === null || isBystander(subject)) return false;
  const key = identityKey(subject);
  const before = pass.applied.get(key)?.attachments.find((one) => one.key === attachment);
  if (before === undefined) return false;
  const after = pass.desired.objects.get(key)?.attachments.find((one) => one.key === attachment);
  return after?.hash !== before.hash;
}

/**
 * Casts, and operators that are used, are bound as soon as their function stands: a text that is bound behind it says
 * `a::integer` or `a + b`, and means the cast or operator that is there. Where a row type was made anew, its function may
 * be still to come: they wait for it.
 */
export function* bindCasts(pass: Pass, made: Identity): Planning<void> {
  const follows = describeIdentity(made);
  for (const [key, one] of [...pass.fixtures]) {
    const { fixture } = one;
    const used = fixture.kind === "operator" && pass.usedOperators.has(key);
    if ((fixture.kind !== "cast" && !used) || one.follows !== follows) continue;
    const { take, bind, after } = bindingNow(pass, one);
    const old =
      fixture.kind === "operator" ? setOperatorAside(fixture, pass.typeNames, scratchName(pass)) : null;
    const statements = [...(old === null ? take : old.aside), ...bind, ...after];
    const problem = yield* tryFor(one, statements);
    if (problem !== null && isRelation(made)) continue;
    if (problem !== null) throw new PlanError([problem]);
    noteStep(pass, one, statements, null);
    if (old !== null) pass.operatorsAside.push({ waiting: one, drop: old.drop });
    pass.fixtures.delete(key);
  }
}

function isBoundEarly({ kind }: Fixture): boolean {
  return kind === "cast" || kind === "operator";
}

/** What it takes was perhaps set aside since it was queued. */
function bindingNow(pass: Pass, { fixture, binding }: WaitingFixture): Binding {
  return isBoundEarly(fixture) ? (bindingOf(fixture, pass.typeNames) ?? binding) : binding;
}

/** Null, or what still needs the old one. */
export function* dropOldOperator(
  pass: Pass,
  { waiting, drop }: Pass["operatorsAside"][number],
): Planning<Problem | null> {
  const problem = yield* tryFor(waiting, drop);
  if (problem === null) noteStep(pass, waiting, drop, "the old one goes: nothing needs it any more");
  return problem;
}

/**
 * Takes off what must go, then binds everything. Returns those that cannot follow. `dry` says that a cost was not allowed:
 * everything will be taken back, and what costs is tried as in a rehearsal, so that both are told.
 */
export function* bindFixtures(pass: Pass, dry: boolean): Planning<readonly Problem[]> {
  const waiting = standing(pass);
  const problems = new Map<WaitingFixture, Problem>();
  function* tryIt(one: WaitingFixture, statements: readonly string[], rehearse?: readonly string[]) {
    // What is a part of another one's whole is refused for that one's reason.
    if (problems.has(one) || (problems.size > 0 && isPart(one.fixture))) return;
    const problem = yield* tryFor(one, dry ? (rehearse ?? statements) : statements, rehearse);
    if (problem !== null) problems.set(one, problem);
  }
  for (const one of byDepth(waiting)) {
    const { take } = bindingNow(pass, one);
    yield* tryIt(one, take);
    noteStep(pass, one, take, "goes until what it needs stands");
  }
  const order = [
    ...byDepth(waiting.filter((one) => one.binding.turn === "first")),
    ...byDepth(waiting.filter((one) => one.binding.turn === "ancestors first")),
    ...byDepth(waiting.filter((one) => one.binding.turn === "descendants first")).reverse(),
    ...byDepth(waiting.filter((one) => one.binding.turn === "behind all")),
  ];
  for (const one of order) {
    const { bind, costly } = one.binding;
    yield* tryIt(one, bind);
    if (costly !== null && costly.statements.length > 0)
      yield* tryIt(one, costly.statements, costly.rehearse(scratchName(pass)));
    noteStep(pass, one, [...bind, ...(costly?.statements ?? [])], null);
  }
  for (const one of order) {
    yield* tryIt(one, one.binding.after);
    noteStep(pass, one, one.binding.after, "what hung on it");
  }
  return [...problems.values()];
}

/** It came with a parent's or a partitioned table's. */
function isPart(fixture: Fixture): boolean {
  switch (fixture.kind) {
    case "check":
      return !fixture.local;
    case "index":
    case "exclusion constraint":
      return fixture.index.partOf !== null;
    default:
      return false;
  }
}

/** Without `auxiliary` the step that a person reads of. */
function noteStep(
  pass: Pass,
  { fixture, successor, follows }: WaitingFixture,
  sql: readonly string[],
  auxiliary: string | null,
): void {
  if (sql.length === 0) return;
  const { subject } = fixture.host;
  addStep(pass, {
    kind: auxiliary === null ? "rebind" : "alter",
    identity: subject,
    component: isBystander(subject)
      ? null
      : (pass.desired.objects.get(identityKey(subject))?.component ?? null),
    reason: auxiliary ?? `${describeFixture(fixture)} follows ${follows}`,
    ...(successor === null ? {} : { because: { subject: successor, why: "" } }),
    sql,
    ...(auxiliary === null ? {} : { auxiliary: true }),
  });
}

/** Told before anything is bound. */
export function noteFixtureCosts(pass: Pass): void {
  for (const { fixture, binding } of standing(pass)) {
    const { host } = fixture;
    if (binding.costly === null || host.bytes === 0) continue;
    pass.costs.push({
      relation: host.subject,
      kind: binding.costly.kind,
      rows: host.rows,
      bytes: host.bytes,
    });
  }
}

/** What stood on a relation that was made anew or went has gone with it, or came back with it. */
function standing(pass: Pass): readonly WaitingFixture[] {
  const gone = new Set(pass.setAside.map((old) => old.live.oid));
  return [...pass.fixtures.values()].filter((one) => !gone.has(one.fixture.host.oid));
}

function byDepth(waiting: readonly WaitingFixture[]): WaitingFixture[] {
  return [...waiting].sort(
    (a, b) =>
      a.fixture.host.depth - b.fixture.host.depth ||
      compareText(subjectKey(a.fixture.host.subject), subjectKey(b.fixture.host.subject)) ||
      compareText(a.fixture.description, b.fixture.description),
  );
}

/** Null, or why it cannot follow. */
function* tryFor(
  one: WaitingFixture,
  statements: readonly string[],
  rehearse?: readonly string[],
): Planning<Problem | null> {
  if (statements.length === 0) return null;
  const outcome = yield* attempt(statements, [], rehearse);
  if (outcome.kind === "worked") {
    yield* settle(true);
    return null;
  }
  const { fixture, follows, component } = one;
  const host = describeSubject(fixture.host.subject);
  const what = isBoundEarly(fixture) ? host : `${describeFixture(fixture)} of ${host}`;
  return {
    code: "dependent-blocks",
    message: `${follows} is made anew, and ${what}, owned by ${fixture.host.owner}, cannot follow: ${outcome.refusal.message}`,
    component,
    offset: null,
    detail: outcome.refusal.detail,
    fix: "keep what it uses, or change or drop it in a migration first",
  };
}
