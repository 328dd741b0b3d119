/** Two projects can share a database, and so can the scopes of one: not an object. */
import type { Desired } from "../../graph/desired.ts";
import { describeIdentity } from "../../graph/identity.ts";
import { PlanError, type Problem } from "../../graph/step.ts";
import type { Database } from "../database/database.ts";
import { describeOwner, readOtherOwners } from "../database/other-owners.ts";

export interface OwnObjects {
  readonly database: Database;
  readonly ledgerSchema: string;
  readonly project: string;
  readonly desired: Desired;
}

/** In a transaction, with a ledger that was read. `keys`: what is about to be made or changed for `scopes`. */
export async function refuseOtherOwners(
  { database, ledgerSchema, project, desired }: OwnObjects,
  keys: readonly string[],
  scopes: readonly string[],
): Promise<void> {
  const identities = keys.flatMap((key) => desired.objects.get(key)?.identity ?? []);
  const others = await readOtherOwners(database, ledgerSchema, project, scopes, identities);
  if (others.size === 0) return;
  const problems: Problem[] = [];
  for (const key of keys) {
    const owner = others.get(key);
    const object = desired.objects.get(key);
    if (owner === undefined || object === undefined) continue;
    const foreign = owner.project !== project;
    problems.push({
      code: "duplicate-object",
      message: `${describeIdentity(object.identity)} is managed by ${describeOwner(owner, project)} in this database`,
      component: object.component,
      offset: object.offset,
      fix: foreign
        ? "take the component out of one of the two projects"
        : "declare it in one of the two scopes alone; where it goes from one to the other, migrator sync --together brings it along",
    });
  }
  if (problems.length > 0) throw new PlanError(problems);
}
