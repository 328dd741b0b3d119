/** Two projects can share a database, not an object. */

import type { Desired } from "../../graph/desired.ts";
import { describeIdentity } from "../../graph/identity.ts";
import { PlanError, type Problem } from "../../graph/step.ts";
import type { LedgerState } from "../database/ledger.ts";

export function refuseOtherProjects(
  desired: Desired,
  keys: Iterable<string>,
  ledger: LedgerState | null,
): void {
  if (ledger === null || ledger.others.size === 0) return;
  const problems: Problem[] = [];
  for (const key of keys) {
    const project = ledger.others.get(key);
    const object = desired.objects.get(key);
    if (project === undefined || object === undefined) continue;
    problems.push({
      code: "duplicate-object",
      message: `${describeIdentity(object.identity)} is managed by project ${project} in this database`,
      component: object.component,
      offset: object.offset,
      fix: `take the component out of one of the two projects`,
    });
  }
  if (problems.length > 0) throw new PlanError(problems);
}
