/**
 * Asks PostgreSQL whether live objects still say what a text says. The catalog rows of an object change without its
 * meaning doing so (a restore, an upgrade of the server), so that only the definitions decide.
 */
import type { AppliedObject } from "../../graph/applied.ts";
import type { Attachment, DeclaredObject } from "../../graph/declared.ts";
import type { Definition } from "../../graph/definition.ts";
import type { Desired } from "../../graph/desired.ts";
import { identityKey, isChild } from "../../graph/identity.ts";
import { planChanges } from "../../graph/plan/plan.ts";
import { PlanError } from "../../graph/step.ts";
import type { Database } from "../database/database.ts";
import { drive, StatementRefused } from "../database/drive.ts";

/** A declared object, and the text that its live object is held against. */
export interface Held {
  readonly object: DeclaredObject;
  readonly definition: Pick<Definition, "sql" | "name" | "orReplace" | "parts">;
  /** Those that must stand. */
  readonly attachments: readonly Attachment[];
}

export interface Verdict {
  /** For a person. */
  readonly reason: string;
  readonly definition: boolean;
  /** Keys. */
  readonly attachments: readonly string[];
}

/**
 * The keys of those that differ, each with what PostgreSQL said. Runs in the caller's transaction, which is as before
 * afterwards; triggers, rules and policies are made on their relation for a moment, which locks it: where nobody else is,
 * all of them together.
 */
export async function findDiffering(
  database: Database,
  searchPath: readonly string[],
  held: readonly Held[],
  locks: "one by one" | "together" = "one by one",
): Promise<ReadonlyMap<string, Verdict>> {
  const differing = new Map<string, Verdict>();
  // Nearly always all are equal: those that lock nothing are asked about in one go, and one by one where that fails.
  const alone = ({ object }: Held) => locks === "one by one" && isChild(object.identity);
  const together = held.filter((one) => !alone(one));
  const single = held.filter(alone);
  if (together.length > 1 && (await ask(database, searchPath, together)) === null) together.length = 0;
  for (const one of [...together, ...single]) {
    const answer = await ask(database, searchPath, [one]);
    if (answer !== null) differing.set(identityKey(one.object.identity), answer);
  }
  return differing;
}

/** Null where all of them are equal. */
async function ask(
  database: Database,
  searchPath: readonly string[],
  held: readonly Held[],
): Promise<Verdict | null> {
  const declared = held.map(({ object, definition, attachments }) => ({
    ...object,
    ...definition,
    attachments,
  }));
  const objects = new Map(declared.map((object) => [identityKey(object.identity), object]));
  // Nothing needs anything here: each is judged by itself.
  const desired: Desired = { objects, needs: () => [], neededBy: () => [] };
  const applied = new Map(declared.map((object) => [identityKey(object.identity), asApplied(object)]));
  const changes = [...objects.keys()].map((key) => ({ key, reasons: { analyse: true }, why: "" }));
  await database.batch(["savepoint migrator_status"]);
  let verdict: Verdict | null = null;
  try {
    const planning = planChanges({
      desired,
      applied,
      changes,
      removed: new Set(),
      reshaped: [],
      locks: [],
      takeFiles: false,
      allow: new Set(),
      rehearsal: true,
    });
    const result = await drive(database, planning, { searchPath, rehearsal: true });
    // Ended early to lock more: the one that led there was found equal, the others were not asked about.
    if (result.kind === "restart" && held.length > 1)
      verdict = { reason: "not settled", definition: true, attachments: [] };
  } catch (error) {
    verdict = describeVerdict(error);
  }
  await database.batch(["rollback to savepoint migrator_status"]);
  return verdict;
}

function describeVerdict(error: unknown): Verdict {
  const refused = (message: string): Verdict => ({
    reason: `its text is refused: ${message}`,
    definition: true,
    attachments: [],
  });
  if (error instanceof StatementRefused) return refused(error.message);
  if (!(error instanceof PlanError)) throw error;
  const [problem] = error.problems;
  if (problem !== undefined && problem.code !== "drift") return refused(problem.message);
  const { definition = true, attachments = [] } = problem?.drift ?? {};
  const keys = attachments.join(", ");
  const reason = definition
    ? "it was changed in the database"
    : "what is attached to it was changed in the database";
  return { reason: keys === "" ? reason : `${reason}: ${keys}`, definition, attachments };
}

/** As if its catalog rows had changed since: the planner then compares the definitions. */
function asApplied(object: DeclaredObject): AppliedObject {
  const { identity, component, hash, attachments } = object;
  return { identity, component, hash, definition: object, attachments, live: "changed" };
}
