/** The end of a plan: old objects are dropped, unchecked functions checked, materialized views filled. */
import { replaceStatement } from "../definition.ts";
import { describeIdentity } from "../identity.ts";
import { attempt, type Planning, settle } from "../request.ts";
import { PlanError } from "../step.ts";
import { refreshStatement } from "./create.ts";
import type { Pass } from "./pass.ts";
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
    pass.steps.push({
      kind: "refresh",
      identity: refresh.identity,
      component: refresh.component,
      reason: refresh.why,
      sql: [statement],
    });
  }
}

/** In reverse order: what was set aside later may still need what was set aside before it. */
function* dropOld(pass: Pass): Planning<void> {
  for (const old of [...pass.setAside].reverse()) {
    const { identity } = old.live;
    const drop = dropStatement(pass, old);
    const outcome = yield* attempt([drop], []);
    if (outcome.kind === "refused") {
      throw new PlanError([
        {
          code: "dependent-blocks",
          message: `the old ${describeIdentity(identity)} cannot be dropped: ${outcome.refusal.message}`,
          component: old.component,
          offset: null,
          detail: outcome.refusal.detail,
          fix: "change the dependent so that it no longer needs it",
        },
      ]);
    }
    yield* settle(true);
    pass.steps.push({
      kind: old.gone ? "drop" : "alter",
      identity,
      component: old.component,
      reason: old.gone ? "no component declares it any more" : "the old one goes: nothing needs it any more",
      ...(old.gone ? {} : { auxiliary: true }),
      sql: [drop],
    });
  }
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
