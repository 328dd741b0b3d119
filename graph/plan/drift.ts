/** Changes that somebody made in the database: they are told, all of them, and never overwritten unasked. */
import type { Definition } from "../definition.ts";
import { describeIdentity } from "../identity.ts";
import type { LiveObject } from "../live.ts";
import type { Planning } from "../request.ts";
import type { Problem } from "../step.ts";
import { compareMeaning } from "./meaning.ts";
import type { Pass } from "./pass.ts";
import type { Work } from "./work.ts";

/** An object that exists and that the ledger does not know is taken over only where it is equal. */
export function refusesAdoption(pass: Pass, work: Work): boolean {
  if (work.applied !== null || work.declared === null || pass.takeFiles || work.reasons.rebind) return false;
  pass.problems.push(drift(work, `${describeIdentity(work.identity)} exists and differs from its component`));
  return true;
}

/**
 * Objects whose catalog rows changed since the last apply must still mean what was applied, or what the file says now.
 * Asked before anything is changed: afterwards their texts may mean something else for the plan's own reasons.
 */
export function* findDrift(pass: Pass, works: Iterable<Work>): Planning<void> {
  for (const work of works) {
    if (work.live === null || work.applied?.live !== "changed" || work.live.extension !== null) continue;
    if (yield* hasDrifted(pass, work, work.live, work.applied.definition)) {
      pass.problems.push(
        drift(work, `${describeIdentity(work.identity)} was changed in the database since it was applied`),
      );
    }
  }
}

/** A text that PostgreSQL refuses now says nothing about the live object: what it names was changed under it. */
function* hasDrifted(pass: Pass, work: Work, live: LiveObject, applied: Definition): Planning<boolean> {
  if ((yield* compareMeaning(pass, work, applied, live)) !== "other") return false;
  return work.declared === null || (yield* compareMeaning(pass, work, work.definition, live)) === "other";
}

function drift(work: Work, message: string): Problem {
  return {
    code: "drift",
    message,
    component: work.declared?.component ?? work.applied?.component ?? null,
    offset: work.declared?.offset ?? null,
    fix:
      work.declared === null
        ? "take the files with --take files to drop it all the same, or bring the component back"
        : "take the files with --take files, or bring the component to the database's definition",
  };
}
