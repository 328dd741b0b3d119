/** Rights that a plan needs for certain, asked before anything runs, and told all together. */
import type { Identity } from "../../../graph/identity.ts";
import { quoteIdentifier } from "../../../graph/quote.ts";
import { PlanError } from "../../../graph/step.ts";
import { type Database, DatabaseError } from "../database.ts";
import { StatementRefused } from "../drive.ts";
import { deniedLacks } from "./denied-things.ts";
import { readFacts } from "./facts.ts";
import { MissingRights, refuseLacks } from "./lack.ts";
import { ledgerLacks } from "./ledger-rights.ts";
import { namedLacks } from "./named-things.ts";
import { objectLacks, type PlannedObject } from "./own-objects.ts";
import { restoringLacks } from "./restoring.ts";
import { grantOn, readRole } from "./role.ts";
import { schemaLacks } from "./whole-schema.ts";

export interface PlannedRun {
  readonly objects: readonly PlannedObject[];
  readonly ledgerSchema: string;
  /** Schemas that the run makes first, the ledger's among them. */
  readonly missingSchemas: readonly string[];
  /** A schema that is dropped and made anew. */
  readonly rebuilt?: string;
}

/** A superuser is asked nothing. Throws a PlanError with every lack. */
export async function requireRightsFor(database: Database, run: PlannedRun): Promise<void> {
  const role = await readRole(database);
  if (role.superuser) return;
  const facts = await readFacts(
    database,
    run.objects.map(({ identity }) => identity),
  );
  const lacks = [
    ...(await ledgerLacks(database, role, run.ledgerSchema, run.missingSchemas, true)),
    ...(run.rebuilt === undefined ? [] : await schemaLacks(database, role, run.rebuilt)),
    ...run.objects.flatMap((object, i) => {
      const known = facts[i];
      return known === undefined ? [] : objectLacks(role, object, known);
    }),
    ...(await namedLacks(database, role, run.objects)),
  ];
  // Whoever may rebuild a schema owns the new one.
  const own = run.rebuilt === undefined ? null : `SCHEMA ${quoteIdentifier(run.rebuilt)}`;
  refuseLacks(lacks.filter(({ mend }) => own === null || mend !== grantOn("USAGE", own, role.name)));
}

/**
 * Asked once something failed, in a session without a transaction. Where PostgreSQL refused it for a right: what the plan
 * would have needed to restore what hung on objects that are made anew, what its message names, and the ledger's rights. Returns where it was
 * something else, or nothing is found.
 */
export async function explainLackingRight(
  database: Database,
  error: unknown,
  run: {
    readonly ledgerSchema: string;
    readonly writes: boolean;
    readonly identities: readonly Identity[];
  },
): Promise<void> {
  if (!lacksRight(error)) return;
  const role = await readRole(database);
  if (role.superuser) return;
  refuseLacks([
    ...(await ledgerLacks(database, role, run.ledgerSchema, [], run.writes)),
    ...(await restoringLacks(database, role, run.identities)),
    ...(error instanceof PlanError ? await deniedLacks(database, role, error.problems) : []),
  ]);
}

/** PostgreSQL said so (insufficient_privilege) in the middle of a plan, or when the ledger was read. */
function lacksRight(error: unknown): boolean {
  if (error instanceof StatementRefused) return error.refusal.sqlstate === "42501";
  if (error instanceof DatabaseError) return error.sqlstate === "42501";
  if (!(error instanceof PlanError) || error instanceof MissingRights) return false;
  return error.problems.some(({ code }) => code === "missing-right");
}
