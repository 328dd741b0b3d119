/** Rights that a plan needs for certain, asked before anything runs, and told all together. */
import type { Identity } from "../../../graph/identity.ts";
import type { Database } from "../database.ts";
import { readFacts } from "./facts.ts";
import { refuseLacks } from "./lack.ts";
import { ledgerLacks } from "./ledger-rights.ts";
import { namedLacks } from "./named-things.ts";
import { objectLacks, type PlannedObject } from "./own-objects.ts";
import { restoringLacks } from "./restoring.ts";
import { readRole } from "./role.ts";

export interface PlannedRun {
  readonly objects: readonly PlannedObject[];
  readonly ledgerSchema: string;
  /** Schemas that the run makes first, the ledger's among them. */
  readonly missingSchemas: readonly string[];
}

/** A superuser is asked nothing. Throws a PlanError with every lack. */
export async function requireRightsFor(database: Database, run: PlannedRun): Promise<void> {
  const role = await readRole(database);
  if (role.superuser) return;
  const facts = await readFacts(
    database,
    run.objects.map(({ identity }) => identity),
  );
  refuseLacks([
    ...(await ledgerLacks(database, role, run.ledgerSchema, run.missingSchemas)),
    ...run.objects.flatMap((object, i) => {
      const known = facts[i];
      return known === undefined ? [] : objectLacks(role, object, known);
    }),
    ...(await namedLacks(database, role, run.objects)),
  ]);
}

/**
 * Asked once PostgreSQL has refused something, in a session without a transaction: what the plan would have needed to
 * restore what hung on objects that are made anew, and the ledger's rights. Returns where nothing is found.
 */
export async function explainLackingRight(
  database: Database,
  run: { readonly ledgerSchema: string; readonly identities: readonly Identity[] },
): Promise<void> {
  const role = await readRole(database);
  if (role.superuser) return;
  refuseLacks([
    ...(await ledgerLacks(database, role, run.ledgerSchema, [])),
    ...(await restoringLacks(database, role, run.identities)),
  ]);
}
