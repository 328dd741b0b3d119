/**
 * A refused plan says all that is wrong with it, as far as one thing is wrong for itself: what was refused is left out, and
 * what needs it, and the rest is planned again. Nothing of that is kept.
 */
import { identityKey } from "../../graph/identity.ts";
import { blockedBy } from "../../graph/plan/blocked.ts";
import { PlanError, type Problem } from "../../graph/step.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { StatementRefused } from "../database/drive.ts";
import { explainRefusal } from "./explain.ts";
import { type Learnt, type LockedPlan, planWithLocks } from "./plan-with-locks.ts";

/** More would hide the first ones. */
const mostRefusals = 20;
/** In milliseconds: a plan that takes long is refused for what is known by then. */
const patience = 5_000;

/** The transaction is open, and inside the pass that was refused. Returns what is to be thrown: `first`, or all that was found. */
export async function withOtherRefusals(
  database: Database,
  plan: LockedPlan,
  learnt: Learnt,
  first: unknown,
): Promise<unknown> {
  const began = Date.now();
  const failed = new Set<string>();
  const problems: Problem[] = [];
  for (let error = first; failed.size < mostRefusals && Date.now() - began < patience; ) {
    const key = refusedObject(plan, error);
    if (!(error instanceof PlanError || error instanceof StatementRefused)) break;
    if ((key === null && failed.size === 0) || (key !== null && failed.has(key))) break;
    await database.batch(["rollback to savepoint migrator_pass"]);
    problems.push(...(await problemsOf(database, plan, error, key)));
    if (key === null) break;
    failed.add(key);
    try {
      await planWithLocks(database, { ...plan, rehearsal: true, failed }, learnt);
      break;
    } catch (next) {
      if (next instanceof DatabaseError && next.connectionLost) break;
      error = next;
    }
  }
  return problems.length === 0 ? first : new PlanError(inOrder(problems));
}

/** The key of the object that is at fault; null where it is not one object's affair, or the role's rights are. */
function refusedObject(plan: LockedPlan, error: unknown): string | null {
  if (error instanceof StatementRefused) {
    const key = error.blame === null ? null : identityKey(error.blame);
    return error.refusal.sqlstate === "42501" || key === null || !plan.desired.objects.has(key) ? null : key;
  }
  if (!(error instanceof PlanError) || error.problems.some(({ code }) => code === "missing-right"))
    return null;
  return error.about;
}

async function problemsOf(
  database: Database,
  plan: LockedPlan,
  error: PlanError | StatementRefused,
  key: string | null,
): Promise<readonly Problem[]> {
  const { problems } =
    error instanceof PlanError ? error : await explainRefusal(error, plan.desired.objects, database);
  const others = key === null ? 0 : blockedBy(plan.desired, new Set([key])).size - 1;
  const needing = others === 1 ? "1 object that needs it" : `${others} objects that need it`;
  if (others === 0) return problems;
  return problems.map((problem, i) =>
    i > 0 ? problem : { ...problem, detail: [problem.detail, `and ${needing}`].filter(Boolean).join("\n") },
  );
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const place = ({ component, offset }: Problem) => [component ?? "", offset ?? 0] as const;
  return [...problems].sort((a, b) => {
    const [file, at] = place(a);
    const [other, there] = place(b);
    return file === other ? at - there : file < other ? -1 : 1;
  });
}
