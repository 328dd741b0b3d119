/** Changes that somebody made in the database: they are told, all of them, and never overwritten unasked. */
import { describeIdentity } from "../identity.ts";
import type { LiveObject } from "../live.ts";
import type { Planning } from "../request.ts";
import type { Problem } from "../step.ts";
import { meansTheSame } from "./meaning.ts";
import type { Pass } from "./pass.ts";
import type { Work } from "./work.ts";

/** An object that exists and that the ledger does not know is taken over only where it is equal. */
export function refusesAdoption(pass: Pass, work: Work): boolean {
  if (work.applied !== null || work.declared === null || pass.takeFiles || work.reasons.rebind) return false;
  pass.problems.push(drift(work, `${describeIdentity(work.identity)} exists and differs from its component`));
  return true;
}

/** The live object's rows changed since the last apply: it must still mean what was applied, or what the file says now. */
export function* hasDrifted(pass: Pass, work: Work, live: LiveObject): Planning<boolean> {
  if (work.applied === null) return false;
  const textChanged = work.reasons.changed || work.declared === null;
  if (textChanged && (yield* meansTheSame(pass, work, work.applied.definition, live))) return false;
  if (work.declared !== null && (yield* meansTheSame(pass, work, work.definition, live))) return false;
  pass.problems.push(
    drift(work, `${describeIdentity(work.identity)} was changed in the database since it was applied`),
  );
  return true;
}

function drift(work: Work, message: string): Problem {
  return {
    code: "drift",
    message,
    component: work.declared?.component ?? work.applied?.component ?? null,
    offset: work.declared?.offset ?? null,
    fix:
      work.declared === null
        ? "drop it with --take files, or bring back its component"
        : "take the files with --take files, or bring the component to the database's definition",
  };
}
