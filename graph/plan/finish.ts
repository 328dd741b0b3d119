/** The end of a plan: old objects are dropped, unchecked functions checked, materialized views filled. */
import { replaceStatement } from "../definition.ts";
import { describeIdentity } from "../identity.ts";
import { attempt, type Planning, type Refusal, settle } from "../request.ts";
import { PlanError, type Problem } from "../step.ts";
import { refreshStatement } from "./create.ts";
import { addStep, type Pass, type SetAside } from "./pass.ts";
import { refused } from "./refused.ts";
import { dropStatement } from "./set-aside.ts";
import { noReasons } from "./work.ts";

export function* finishPass(pass: Pass): Planning<void> {
  yield* checkBodies(pass);
  yield* dropOld(pass);
  for (const refresh of pass.refreshes) {
    const statement = refreshStatement(refresh.identity);
    yield { kind: "fill", statement, blame: refresh.identity };
    if (refresh.cost !== null) pass.costs.push(refresh.cost);
    addStep(pass, {
      kind: "refresh",
      identity: refresh.identity,
      component: refresh.component,
      reason: refresh.why,
      sql: [statement],
    });
  }
}

/** What was set aside later mostly needs what was set aside before it; rounds settle the rest. */
function* dropOld(pass: Pass): Planning<void> {
  let waiting = [...pass.setAside].reverse();
  while (waiting.length > 0) {
    const left: SetAside[] = [];
    const problems: Problem[] = [];
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
        kind: old.gone ? "drop" : "alter",
        identity: old.live.identity,
        component: old.component,
        reason: old.gone
          ? "no component declares it any more"
          : "the old one goes: nothing needs it any more",
        ...(old.gone ? {} : { auxiliary: true }),
        sql: [drop],
      });
    }
    if (left.length === waiting.length) throw new PlanError(problems);
    waiting = left;
  }
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
