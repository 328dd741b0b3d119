/** The end of a plan: old objects are dropped, unchecked functions checked, materialized views filled. */
import { describeForDdl } from "../ddl-name.ts";
import type { DeclaredObject } from "../declared.ts";
import { replaceStatement } from "../definition.ts";
import type { Edge } from "../edge.ts";
import { describeIdentity, identityKey } from "../identity.ts";
import { rulesOf } from "../kinds/rules.ts";
import { isLiveRelation } from "../live.ts";
import { attempt, find, type Planning, type Refusal, run, settle } from "../request.ts";
import { PlanError, type Problem } from "../step.ts";
import { refusedCosts } from "./costs.ts";
import { bindFixtures, dropOldOperator, noteFixtureCosts } from "./fixtures.ts";
import { addStep, type Pass, type SetAside } from "./pass.ts";
import { refused } from "./refused.ts";
import { settleRowColumns } from "./row-columns.ts";
import { dropStatement } from "./set-aside.ts";
import { refreshStale, refreshStatement } from "./stale.ts";
import { noReasons } from "./work.ts";

/** `behind`: statements of a block, run when nothing needs what it set aside any more. */
export function* finishPass(pass: Pass, behind: readonly string[]): Planning<void> {
  yield* checkBodies(pass);
  yield* refreshStale(pass);
  yield* refuseUnfillable(pass);
  const lost = yield* settleRowColumns(pass);
  if (lost.length > 0) throw new PlanError(lost);
  noteFixtureCosts(pass);
  for (const { cost } of pass.refreshes) if (cost !== null) pass.costs.push(cost);
  const costs = refusedCosts(pass);
  const problems = [...costs, ...(yield* bindFixtures(pass, costs.length > 0))];
  if (problems.length > 0) throw new PlanError(problems);
  yield* dropOld(pass);
  yield* run(behind, null);
  for (const refresh of pass.refreshes) {
    // What is stale is filled in a transaction of its own.
    if (refresh.again && pass.beside !== null && !pass.rehearsal) continue;
    const statement = refreshStatement(refresh.identity, refresh.concurrently);
    yield { kind: "fill", statement, blame: refresh.identity };
    addStep(pass, {
      kind: "refresh",
      identity: refresh.identity,
      component: refresh.component,
      reason: refresh.why,
      ...(refresh.because === undefined ? {} : { because: { subject: refresh.because, why: refresh.why } }),
      sql: [statement],
    });
  }
}

/** A materialized view cannot be filled from one that holds no data: known before anything is filled. */
function* refuseUnfillable(pass: Pass): Planning<void> {
  const filled = new Set(pass.refreshes.map((refresh) => identityKey(refresh.identity)));
  const problems: Problem[] = [];
  for (const refresh of pass.refreshes) {
    const key = identityKey(refresh.identity);
    for (const { edge, below } of materializedBelow(pass, key)) {
      if (filled.has(identityKey(below.identity))) continue;
      const [live] = yield* find([below.identity]);
      if (live?.kind === "materialized view" && live.populated) continue;
      problems.push({
        code: "statement-refused",
        message: `${describeIdentity(refresh.identity)}: materialized view "${below.identity.name}" has not been populated`,
        component: refresh.component,
        offset: edge.offset,
        fix: `say WITH NO DATA for this one too, or take it away from ${describeIdentity(below.identity)}`,
      });
    }
  }
  if (problems.length > 0) throw new PlanError(problems);
}

/** The declared materialized views that a query reads, directly or through views, and where the query names the way there. */
function materializedBelow(
  pass: Pass,
  key: string,
): readonly { readonly edge: Edge; readonly below: DeclaredObject }[] {
  const found: { edge: Edge; below: DeclaredObject }[] = [];
  const seen = new Set<string>();
  const waiting = pass.desired.needs(key).map((edge) => ({ edge, to: edge.to }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const below = pass.desired.objects.get(next.to);
    if (below === undefined || seen.has(next.to)) continue;
    seen.add(next.to);
    if (below.identity.kind === "materialized view") found.push({ edge: next.edge, below });
    if (below.identity.kind !== "view") continue;
    for (const edge of pass.desired.needs(next.to)) waiting.push({ edge: next.edge, to: edge.to });
  }
  return found;
}

/** What was set aside later mostly needs what was set aside before it; rounds settle the rest. */
function* dropOld(pass: Pass): Planning<void> {
  let waiting = pass.setAside.filter(({ byBlock }) => byBlock !== true).reverse();
  let operators = [...pass.operatorsAside].reverse();
  const dropped = new Set<string>();
  while (waiting.length + operators.length > 0) {
    const left: SetAside[] = [];
    const problems: Problem[] = [];
    const used: typeof operators = [];
    for (const old of operators) {
      const problem = yield* dropOldOperator(pass, old);
      if (problem === null) continue;
      used.push(old);
      problems.push(problem);
    }
    for (const old of waiting) {
      const drop = dropStatement(pass, old);
      const outcome = yield* attempt([drop], []);
      if (outcome.kind === "refused") {
        left.push(old);
        problems.push(stillNeeded(old, outcome.refusal));
        continue;
      }
      yield* settle(true);
      addStep(pass, {
        kind: old.gone === null ? "alter" : "drop",
        identity: old.live.identity,
        component: old.component,
        reason: old.gone ?? "the old one goes: nothing needs it any more",
        ...(old.gone === null ? { auxiliary: true } : {}),
        sql: [drop],
      });
    }
    if (left.length === waiting.length && used.length === operators.length) {
      // A rule on the old view may hold the old function that holds the old view's row type.
      const children = childrenOf(left).filter((statement) => !dropped.has(statement));
      if (children.length === 0) throw new PlanError(problems);
      yield* run(children, null);
      for (const statement of children) dropped.add(statement);
      addStep(pass, { ...auxiliary(left), sql: children });
    }
    waiting = left;
    operators = used;
  }
}

/** Drops of the rules and triggers that still stand on old relations. */
function childrenOf(olds: readonly SetAside[]): readonly string[] {
  return olds.flatMap(({ live, scratch }) =>
    isLiveRelation(live)
      ? live.children.map(
          ({ identity, kind }) =>
            `DROP ${rulesOf[kind].noun} ${describeForDdl({ ...identity, relation: scratch })}`,
        )
      : [],
  );
}

function auxiliary([old]: readonly SetAside[]) {
  if (old === undefined) throw new Error("nothing was set aside");
  const { identity } = old.live;
  return {
    kind: "alter" as const,
    identity,
    component: old.component,
    reason: "what stands on the old one goes first",
    auxiliary: true,
  };
}

function stillNeeded(old: SetAside, refusal: Refusal): Problem {
  return {
    code: "dependent-blocks",
    message: `the old ${describeIdentity(old.live.identity)} cannot be dropped: ${refusal.message}`,
    component: old.component,
    offset: null,
    detail: refusal.detail,
    fix: "change the dependent so that it no longer needs it",
  };
}

/** Bodies in a circle could not be checked when they were made; replacing them once more checks them. */
function* checkBodies(pass: Pass): Planning<void> {
  for (const key of pass.unchecked) {
    const declared = pass.desired.objects.get(key);
    if (declared === undefined || !pass.done.has(key)) continue;
    const statements = [replaceStatement(declared)];
    const outcome = yield* attempt(statements, []);
    if (outcome.kind === "refused") {
      const work = {
        key,
        identity: declared.identity,
        declared,
        applied: null,
        definition: declared,
        reasons: noReasons,
        why: "",
        live: null,
      };
      throw refused(work, statements, outcome.refusal);
    }
    yield* settle(false);
  }
}
