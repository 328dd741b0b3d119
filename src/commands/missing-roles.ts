/** Roles that components name and that a shadow does not have. */
import { quoteIdentifier } from "../../graph/quote.ts";
import { PlanError } from "../../graph/step.ts";
import type { Database } from "../database/database.ts";

/** Runs `work` again as often as a role is missing in the shadow, which is made then. */
export async function makingRoles<T>(
  database: Database,
  onNote: (message: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const made = new Set<string>();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const role = missingRole(error);
      if (role === null || made.has(role)) throw error;
      made.add(role);
      onNote(`the shadow has no role ${role}: one is made there`);
      await database.query(`create role ${quoteIdentifier(role)}`);
    }
  }
}

function missingRole(error: unknown): string | null {
  if (!(error instanceof PlanError)) return null;
  for (const { message } of error.problems) {
    const role = /(?:^|: )role "(.*)" does not exist$/s.exec(message)?.[1];
    if (role !== undefined) return role;
  }
  return null;
}
