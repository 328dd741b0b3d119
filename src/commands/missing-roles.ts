/** Roles that components name and that a shadow does not have. */
import { PlanError } from "../../graph/step.ts";

/** What the plan of components lacks. */
export function missingInPlan(error: unknown): string | null {
  if (!(error instanceof PlanError)) return null;
  for (const { message } of error.problems) {
    const role = /(?:^|: )role "(.*)" does not exist$/s.exec(message)?.[1];
    if (role !== undefined) return role;
  }
  return null;
}
