/** What a plan costs beyond catalog rows, and whether that was allowed. */
import { describeSubject } from "../bystander.ts";
import { unreachable } from "../diagnostic.ts";
import { type Cost, PlanError, type Problem } from "../step.ts";
import type { Pass } from "./pass.ts";

/** Asked before anything that costs has run. */
export function refusedCosts(pass: Pass): readonly Problem[] {
  return pass.rehearsal ? [] : refusals(pass.costs, pass.allow);
}

/** A rehearsal tells which of them would be refused. */
export function toldCosts({ rehearsal, costs, allow }: Pass): readonly Cost[] {
  return rehearsal
    ? costs.map((cost) => (isAllowed(cost, allow) ? cost : { ...cost, refused: true }))
    : costs;
}

/** Throws a PlanError that names those that were not allowed. */
export function refuseCosts(costs: readonly Cost[], allow: ReadonlySet<Cost["kind"]>): void {
  const refused = refusals(costs, allow);
  if (refused.length > 0) throw new PlanError(refused);
}

function refusals(costs: readonly Cost[], allow: ReadonlySet<Cost["kind"]>): readonly Problem[] {
  return costs
    .filter((cost) => !isAllowed(cost, allow))
    .map((cost) => notAllowed(cost, `${describeCost(cost)}, and --allow ${cost.kind} was not given`));
}

function isAllowed({ kind, meant }: Cost, allow: ReadonlySet<Cost["kind"]>): boolean {
  return meant === true || allow.has(kind);
}

/** A rehearsal writes a table anew only where that is as good as nothing, or allowed. */
const rehearsedBytes = 1024 * 1024;

/** For a table that must be written anew in the middle of a pass. */
export function requireRewrite(pass: Pass, cost: Cost): void {
  if (pass.allow.has("rewrite") || (pass.rehearsal && cost.bytes <= rehearsedBytes)) return;
  const rehearsed = pass.rehearsal ? ", and a rehearsal would do so too" : "";
  throw new PlanError([
    notAllowed(cost, `${describeCost(cost)}${rehearsed}: --allow ${cost.kind} was not given`),
  ]);
}

function notAllowed({ kind }: Cost, message: string): Problem {
  return {
    code: "cost-not-allowed",
    message,
    component: null,
    offset: null,
    fix: `add --allow ${kind}, or list it under "allow" in migrator.json`,
  };
}

/** What PostgreSQL will do, and over how much: its own estimates. */
function describeCost({ relation, kind, rows, bytes }: Cost): string {
  const name = describeSubject(relation);
  const size = `about ${Math.round(rows)} rows, ${bytes} bytes`;
  switch (kind) {
    case "repopulate":
      return `${name} is filled again (${size})`;
    case "rewrite":
      return `${name} is written anew (${size})`;
    case "revalidate":
      return `${name} is read to check its rows (${size})`;
    case "rebuild-index":
      return `an index of ${name} is built again (${size})`;
    default:
      return unreachable(kind, "cost");
  }
}
